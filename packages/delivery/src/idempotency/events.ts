/** Which promise a route makes; see `IdempotencyMode`. */
type Mode = "tx" | "lease" | "cache";

interface About {
  readonly mode: Mode;
  readonly scope: string;
  readonly key: string;
}

/** What this part reports. */
export type IdempotencyEvent =
  /** The handler ran. `kept` says whether its answer is given to the next arrival of the key. */
  | (About & {
      readonly type: "idempotency.ran";
      readonly status: number;
      readonly kept: boolean;
      /** 1, or more where an earlier run was cut short or failed. */
      readonly attempt: number;
      readonly durationMs: number;
    })
  /** The kept answer was given again. */
  | (About & { readonly type: "idempotency.replayed"; readonly status: number })
  /** The request was answered with a problem, and the handler was not called. */
  | { readonly type: "idempotency.refused"; readonly mode: Mode; readonly code: string }
  /** The lease ended before the handler did, and another one has taken over: what this one wanted to keep was not kept. */
  | (About & { readonly type: "idempotency.lease-lost" })
  | { readonly type: "idempotency.error"; readonly doing: string; readonly error: unknown };
