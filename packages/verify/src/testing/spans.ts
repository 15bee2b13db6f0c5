import type { SpanRecord } from "../otlp/span-record.ts";

/** A span of a request from what a test says about it, the `index`-th of its call. */
export function spanOf(facts: Partial<SpanRecord>, index: number): SpanRecord {
  const span = (index + 1).toString(16).padStart(16, "0");
  const unset = { parent: null, name: "POST", kind: "client", status: "unset", message: "" } as const;
  return { type: "span", trace: "", span, ...unset, attributes: {}, ...facts };
}
