import { finalStatuses, transientStatuses } from "./status-matrix.ts";

const statuses: ReadonlySet<string> = new Set([...finalStatuses, ...transientStatuses].map(String));

/** What differs from call to call although it tells the same, and what stands for it. Order matters. */
const varying: readonly (readonly [RegExp, string])[] = [
  [/«[^»]*»/g, "#"],
  [/\d{4}-\d\d-\d\d([t ]\d\d:\d\d(:\d\d([.,]\d+)?)?(z|[+-]\d\d:?\d\d)?)?/g, "#"],
  [/\b\d\d:\d\d:\d\d([.,]\d+)?/g, "#"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "#"],
  [/\b(?=[a-z]*\d)[0-9a-f]{8,}\b/g, "#"],
  [/\b(?=\w*\d)(?=\w*[a-z])[a-z0-9_]{16,}\b/g, "#"],
  // Times are numbers with a unit, or of a field with a unit or a word for time in its name.
  [/\b\d+(\.\d+)?\s?(ms|µs|us|ns|s|secs?|seconds?|millis(econds)?|minutes?|m)\b/g, "#"],
  [
    /(\w*(ms|millis|seconds|secs|elapsed|duration|took|spent|latency|time|after|delay|wait)\w*["']?\s*[:=]\s*["']?)\d+(\.\d+)?/g,
    "$1#",
  ],
];

/**
 * A log line without what differs from call to call: ids, numbers, times. Of statuses only what kind it is stays, so that a service which
 * answers its own callers with one status for everything is not taken for one that tells them apart.
 */
export function logSignature(line: string, ids: readonly string[] = []): string {
  const known = ids.reduce((text, id) => (id === "" ? text : text.replaceAll(id, "#")), line).toLowerCase();
  const plain = varying.reduce((text, [pattern, stand]) => text.replaceAll(pattern, stand), known);
  return plain
    .replaceAll(/(?<![\w.-])\d{3}(?!\w|\.\d)/g, (number) => (statuses.has(number) ? statusWord(number) : "#"))
    .replaceAll(/\d+/g, "#")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function statusWord(status: string): string {
  if (status === "429") return "<throttled>";
  return status.startsWith("4") ? "<refused>" : "<failing>";
}
