import type { FaultSpec } from "@holdfast/faults";
import { durationText } from "./text.ts";

/** A fault in a few words, as it is written beside an attempt: `503`, `429 with Retry-After 2 s`, `lost reply (reset)`. */
export function faultText(spec: FaultSpec): string {
  const status = spec["status"];
  const how = spec["how"] ?? spec["change"] ?? spec["what"];
  if (spec.kind === "status" && typeof status === "number") return statusText(status, spec);
  const kind = spec.kind.replaceAll("-", " ");
  if (how === "status" && typeof status === "number") return `${kind} (${status})`;
  return typeof how === "string" ? `${kind} (${how})` : kind;
}

function statusText(status: number, spec: FaultSpec): string {
  const asked = spec["retryAfter"] ?? headerOf(spec["headers"], "retry-after");
  return asked === undefined ? String(status) : `${status} with Retry-After ${retryAfterText(asked)}`;
}

function retryAfterText(asked: unknown): string {
  if (typeof asked === "number" || /^\d+$/.test(String(asked))) return `${asked} s`;
  if (typeof asked !== "object" || asked === null) return String(asked);
  const ahead = (asked as { readonly dateInMs?: unknown }).dateInMs;
  return typeof ahead === "number" ? `a date ${durationText(ahead)} ahead` : "a date";
}

function headerOf(headers: unknown, wanted: string): unknown {
  if (typeof headers !== "object" || headers === null) return undefined;
  return Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
}
