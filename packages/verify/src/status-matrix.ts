import type { Policy } from "@holdfast/core";
import type { Evidence, ObservedCall } from "./model.ts";

/** Statuses that say "do not send this again". */
export const finalStatuses = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 501] as const;
/** Statuses after which another attempt may help. */
export const transientStatuses = [408, 425, 429, 500, 502, 503, 504] as const;
/** How long connections are refused for: longer than it takes a call to make its first attempt. */
export const refusedForMs = 150;

/** Faults of the connection, with the experiment that shows each. */
export const connectionFaults = {
  reset: "reset-once-fresh",
  close: "close-once-fresh",
  truncate: "truncate-once",
  refuse: "refuse-once",
  hang: "hang-forever",
} as const;

/** One cell of the matrix: a failure, and what the consumer did after it. */
export interface Cell {
  /** `503`, `reset`, … */
  readonly failure: string;
  readonly calls: readonly ObservedCall[];
  /** Calls that were made again, and the most attempts any of them made. */
  readonly retried: number;
  readonly attempts: number;
}

/** The whole matrix as measured; cells whose fault never took hold are left out. */
export function matrixOf(evidence: Evidence): Cell[] {
  const statuses = [...finalStatuses, ...transientStatuses].map((status) =>
    cellOf(String(status), `${status}-once`, evidence),
  );
  const connections = Object.entries(connectionFaults).map(([failure, name]) =>
    cellOf(failure, name, evidence),
  );
  return [...statuses, ...connections].filter((cell) => cell.calls.length > 0);
}

function cellOf(failure: string, experiment: string, evidence: Evidence): Cell {
  const calls = (evidence.experiments[experiment]?.calls ?? []).filter((call) =>
    failure === "refuse" ? cameBack(call) : call.attempts.some((attempt) => attempt.firedMs !== null),
  );
  const attempts = calls.map((call) => call.attempts.length + (failure === "refuse" ? 1 : 0));
  return {
    failure,
    calls,
    retried: attempts.filter((count) => count > 1).length,
    attempts: Math.max(0, ...attempts),
  };
}

/** A refused attempt never reaches the proxy. One that arrives when connections are let in again is a second one at least. */
function cameBack(call: ObservedCall): boolean {
  const first = call.attempts[0];
  return first !== undefined && first.arrivedMs - call.startedMs >= 0.9 * refusedForMs;
}

/** The failures that the words of `retry.on` name, as cells of the matrix. */
export function failuresOf(on: NonNullable<Policy["retry"]>["on"]): Set<string> {
  return new Set((on ?? []).flatMap((word) => byWord[word] ?? (/^\d{3}$/.test(word) ? [word] : [])));
}

/** Failures that a word covers although a consumer that leaves them out breaks nothing. */
export const optionalFailures: ReadonlySet<string> = new Set(["501", "close", "truncate"]);

const byWord: Readonly<Record<string, readonly string[]>> = {
  "connect-failure": ["refuse"],
  refused: ["refuse"],
  reset: ["reset", "close", "truncate"],
  timeout: ["hang"],
  "5xx": ["500", "501", "502", "503", "504"],
  "gateway-error": ["502", "503", "504"],
  "429": ["429"],
  "503": ["503"],
  "retriable-4xx": ["409"],
  unsent: ["refuse"],
  ambiguous: ["408", "500", "502", "504", "reset", "close", "truncate", "hang"],
  throttled: ["429"],
  unavailable: ["503"],
};

/** Failures after which nobody knows whether the provider has executed. */
export const ambiguousFailures: ReadonlySet<string> = new Set([
  "500",
  "502",
  "503",
  "504",
  "reset",
  "close",
  "truncate",
  "hang",
]);
