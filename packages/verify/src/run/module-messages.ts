/** What the host is asked to do. */
export type ToHost =
  | {
      readonly type: "call";
      readonly id: string;
      readonly traceparent: string;
      readonly addresses: Readonly<Record<string, string>>;
    }
  | { readonly type: "abort"; readonly id: string }
  | { readonly type: "close" };

/** What the host tells. */
export type FromHost =
  | { readonly type: "ready"; readonly stub: unknown }
  | { readonly type: "unusable"; readonly error: string }
  | { readonly type: "result"; readonly id: string; readonly ok: boolean; readonly error: string };
