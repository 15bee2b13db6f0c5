import type { Evidence, ExperimentEvidence } from "../model.ts";

/** What was seen of the handshakes of each call under a fault; when they began and ended, in ms after the start of the call, `null`: still open. */
export function handshakesOf(
  { calls }: ExperimentEvidence,
  spec: Evidence["handshakes"][number]["fault"]["spec"],
  connects: readonly (readonly [beganAt: number, endedAt: number | null])[],
): Evidence["handshakes"] {
  return calls.map((call) => ({
    type: "handshakes",
    proxy: "p",
    integration: "payments",
    armedCall: call.id,
    fault: { spec, step: 0 },
    closedMs: call.startedMs - 10,
    reopenedMs: call.watchedUntilMs + 10,
    connects: connects.map(([beganAt, endedAt]) => ({
      beganMs: call.startedMs + beganAt,
      endedMs: endedAt === null ? null : call.startedMs + endedAt,
      secured: false,
      alert: null,
    })),
  }));
}
