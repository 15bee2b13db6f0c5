import type { RecordDraft, Seen, Steps, StoredResponse } from "./record.ts";

/** What arrives under a key. */
export interface Arrival {
  readonly token: string;
  readonly fingerprint: string;
  /** Whether a failed run is tried again or its answer repeated. */
  readonly retryable: "rerun" | "replay";
}

/** What an arrival leads to. */
export type Decision =
  /** No record, or one that is forgotten: from the beginning. */
  | { readonly kind: "run" }
  /** A run was cut short or failed: again, from its last recovery point. */
  | { readonly kind: "resume" }
  /** The record is this very arrival's: the answer to its claim was lost, the claim was not. */
  | { readonly kind: "mine" }
  | { readonly kind: "busy"; readonly leftMs: number }
  | { readonly kind: "replay"; readonly response: StoredResponse }
  /** The key was used for another request. */
  | { readonly kind: "mismatch" };

/** What an arrival leads to, given what is recorded. The fingerprint comes before the state: reuse is told in every state. */
export function decide(seen: Seen | null, arrival: Arrival): Decision {
  if (seen === null) return { kind: "run" };
  const leftMs = seen.state === "running" ? seen.untilMs - seen.nowMs : 0;
  if (leftMs <= 0 && seen.expiresMs <= seen.nowMs) return { kind: "run" };
  if (seen.fingerprint !== arrival.fingerprint) return { kind: "mismatch" };
  if (seen.state === "running") return meetRunning(seen, arrival, leftMs);
  const repeats = seen.state === "completed" || arrival.retryable === "replay";
  return repeats && seen.response !== null ? { kind: "replay", response: seen.response } : { kind: "resume" };
}

function meetRunning(seen: Seen, arrival: Arrival, leftMs: number): Decision {
  if (seen.token === arrival.token) return { kind: "mine" };
  return leftMs > 0 ? { kind: "busy", leftMs } : { kind: "resume" };
}

/** What becomes of the record when the handler has answered. */
export type Ending = "completed" | "failed" | "forgotten";

/**
 * Answers that are about this attempt and not about the work: who asks, how fast, and in which order. The next attempt may well
 * get another one.
 */
const passingStatuses: ReadonlySet<number> = new Set([401, 403, 408, 409, 413, 425, 429]);

/** How a run ended, by its status. `dismissed` is the handler's own word that nothing was begun. */
export function endingOf(status: number, dismissed: boolean): Ending {
  if (dismissed || passingStatuses.has(status)) return "forgotten";
  return status >= 500 ? "failed" : "completed";
}

/** How records are written, by a route's settings. */
export interface Spans {
  readonly leaseMs: number;
  readonly ttlMs: number;
}

/** The record of a run that begins: from nothing, or from the recovery points of the one before it. */
export function claimDraft(arrival: Arrival, spans: Spans, resumed: Seen | null): RecordDraft {
  return {
    state: "running",
    token: arrival.token,
    fingerprint: arrival.fingerprint,
    attempt: resumed === null ? 1 : resumed.attempt + 1,
    leaseMs: spans.leaseMs,
    ttlMs: Math.max(spans.ttlMs, spans.leaseMs),
    steps: resumed?.steps ?? {},
    response: null,
  };
}

/** The record with its lease renewed and the recovery points so far. */
export function runningDraft(held: RecordDraft, steps: Steps): RecordDraft {
  return { ...held, steps };
}

/**
 * The record after the end of a run; null where it is removed. A run that was forgotten but left recovery points keeps those: what they
 * stand for has happened.
 */
export function endDraft(
  held: RecordDraft,
  ending: Ending,
  response: StoredResponse | null,
): RecordDraft | null {
  const ended = { ...held, leaseMs: 0, state: "failed" } as const;
  switch (ending) {
    case "completed":
      return { ...ended, state: "completed", steps: {}, response };
    case "failed":
      return { ...ended, response };
    case "forgotten":
      return Object.keys(held.steps).length === 0 ? null : { ...ended, response: null };
  }
}
