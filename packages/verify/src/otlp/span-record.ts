import type { OtlpSpan } from "./span.ts";

/** A span that the service sent while the run listened for spans: what is judged of it, redacted. */
export interface SpanRecord {
  readonly type: "span";
  /** 32 and 16 hex digits. */
  readonly trace: string;
  readonly span: string;
  readonly parent: string | null;
  readonly name: string;
  readonly kind: OtlpSpan["kind"];
  readonly status: OtlpSpan["status"];
  readonly message: string;
  /** Those of its attributes, and of an exception it recorded, that tell what was called and what came of it. */
  readonly attributes: OtlpSpan["attributes"];
}
