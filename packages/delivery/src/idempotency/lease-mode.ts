import { crashPoint } from "../crash-points.ts";
import { answerTo, arriveWaiting, refuse, storeUnavailable } from "./claim.ts";
import { contextOf } from "./context.ts";
import { executionFailed } from "./failure-answer.ts";
import { type Held, hold, keepAlive } from "./held.ts";
import { decide, endDraft, endingOf } from "./idempotency-state.ts";
import { forgetful, type Job, report, reportError } from "./job.ts";
import { leaseSteps } from "./lease-steps.ts";
import type { RecordDraft } from "./record.ts";
import { type Captured, capture } from "./stored-response.ts";

/**
 * Claims the key, runs, keeps the answer: two writes and the steps between them, each fenced by the claim's token. Whoever comes after the
 * lease has ended takes over, at the last recovery point; what the one before still writes is ignored.
 */
export async function runLeased(job: Job<"lease">): Promise<Response> {
  let claimed: RecordDraft;
  try {
    const arrived = await arriveWaiting(job.store.records, job);
    if (arrived.kind !== "claimed") return answerTo(job, arrived);
    claimed = arrived.draft;
  } catch (failure) {
    reportError(job, "claiming a key", failure);
    if (!job.settings.open) return storeUnavailable(job);
    return runLeased({ ...job, keyed: false, store: forgetful(job.store) });
  }
  crashPoint("idempotency:after-claim");
  const held = hold(job, claimed);
  const ended = new AbortController();
  const alive = keepAlive(job, held, ended.signal);
  try {
    return await runHeld(job, held);
  } finally {
    ended.abort();
    await alive;
  }
}

async function runHeld(job: Job<"lease">, held: Held): Promise<Response> {
  const { clock } = job.world.surroundings;
  const { settings } = job;
  const startMs = clock.monotonic();
  const dismissed = new Set<Response>();
  let captured: Captured;
  let answered: Response;
  try {
    const { step, atomic, point } = leaseSteps(job, held);
    const { attempt } = held.draft();
    const base = contextOf(job, { attempt, signal: held.signal, recoveryPoint: point, step, dismissed });
    answered = await job.work(Object.assign(base, { atomic }));
    crashPoint("idempotency:after-work");
    captured = await capture(answered, settings.keptHeaders, settings.responseBytesMax);
  } catch (failure) {
    if (held.lost()) return answerOfWinner(job, null);
    await settle(job, held, (draft) => endDraft(draft, "failed", executionFailed));
    if (held.lost()) return answerOfWinner(job, null);
    throw failure;
  }
  const { response, stored } = captured;
  const ending = endingOf(response.status, dismissed.has(answered));
  crashPoint("idempotency:before-complete");
  const kept = await settle(job, held, (draft) => endDraft(draft, ending, stored));
  crashPoint("idempotency:after-complete");
  if (held.lost()) return answerOfWinner(job, response);
  const durationMs = clock.monotonic() - startMs;
  const { attempt } = held.draft();
  const { status } = response;
  report(job, {
    type: "idempotency.ran",
    status,
    kept: kept && ending === "completed" && job.keyed,
    attempt,
    durationMs,
  });
  return response;
}

/** Writes the end of the run. Where the store is down by now the answer is given all the same: the work is done. */
async function settle(
  job: Job<"lease">,
  held: Held,
  change: (draft: RecordDraft) => RecordDraft | null,
): Promise<boolean> {
  try {
    return await held.write(change);
  } catch (error) {
    reportError(job, "keeping an answer", error);
    return false;
  }
}

/** The answer of a run whose key was taken over: the one that is kept, or the advice to come again for it. */
async function answerOfWinner(job: Job<"lease">, own: Response | null): Promise<Response> {
  const again = { detail: "Another run has taken over. Send the same request again.", retryAfterMs: 1_000 };
  try {
    const seen = await job.store.records.find(job.entry);
    // The write that seemed to come too late was this run's own, made before its answer was lost.
    if (seen?.token === job.arrival.token && seen.state !== "running" && own !== null) return own;
    const decision = decide(seen, job.arrival);
    if (decision.kind === "replay" || decision.kind === "busy") return answerTo(job, decision);
  } catch (error) {
    reportError(job, "looking up the answer of another run", error);
  }
  return refuse(job, "in-progress", again);
}
