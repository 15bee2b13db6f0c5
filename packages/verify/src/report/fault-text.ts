import type { FaultSpec } from "@holdfast/faults";

/** A fault in a word or two, as it is written beside an attempt: `503`, `hang`, `lost reply (reset)`. */
export function faultText(spec: FaultSpec): string {
  const status = spec["status"];
  if (typeof status === "number") {
    const retryAfter = retryAfterOf(spec["headers"]);
    return retryAfter === null ? String(status) : `${status}, Retry-After ${retryAfter}`;
  }
  const how = spec["how"];
  const kind = spec.kind.replaceAll("-", " ");
  return typeof how === "string" ? `${kind} (${how})` : kind;
}

function retryAfterOf(headers: unknown): string | null {
  if (typeof headers !== "object" || headers === null) return null;
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === "retry-after");
  return found === undefined ? null : String(found[1]);
}
