import { randomBytes, randomUUID } from "node:crypto";

/** What identifies one call to the service and in its logs. */
export interface CallIdentity {
  readonly id: string;
  readonly traceId: string;
  /** `null` where the call is to bring none. */
  readonly traceparent: string | null;
  /** The value of the declared correlation header; `null` when that is `traceparent` or none. */
  readonly correlation: string | null;
}

/** Hands out identities: call ids unique in every run, trace ids and correlation values fresh per call. */
export function callIdentities(run: string, correlationHeader: string | null): () => CallIdentity {
  let count = 0;
  const prefix = `hf${run.replace(/[^a-z0-9]/gi, "").slice(-8)}`;
  return () => {
    const traceId = randomBytes(16).toString("hex");
    const span = randomBytes(8).toString("hex");
    return {
      id: `${prefix}c${String(count++).padStart(5, "0")}`,
      traceId,
      traceparent: `00-${traceId}-${span}-01`,
      correlation: correlationValue(correlationHeader, traceId, span),
    };
  };
}

function correlationValue(header: string | null, traceId: string, span: string): string | null {
  if (header === null || header === "traceparent") return null;
  return header === "b3" ? `${traceId}-${span}-1` : randomUUID();
}
