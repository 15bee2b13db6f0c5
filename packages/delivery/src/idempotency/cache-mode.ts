import { crashPoint } from "../crash-points.ts";
import { answerTo, storeUnavailable } from "./claim.ts";
import { contextOf, plainStep } from "./context.ts";
import { claimDraft, decide, endDraft, endingOf } from "./idempotency-state.ts";
import { forgetful, type Job, report, reportError } from "./job.ts";
import type { RecordDraft, Seen } from "./record.ts";
import { capture } from "./stored-response.ts";

/**
 * Looks for an answer, and keeps the one that it makes; the first one that is kept stays. Nothing is claimed: requests that arrive together
 * each run, and a crash before the end is a run that nobody remembers.
 */
export async function runCached(job: Job<"cache">): Promise<Response> {
  let seen: Seen | null;
  try {
    seen = await job.store.records.find(job.entry);
  } catch (failure) {
    reportError(job, "looking for an answer", failure);
    if (!job.settings.open) return storeUnavailable(job);
    return runCached({ ...job, keyed: false, store: forgetful(job.store) });
  }
  const decision = decide(seen, job.arrival);
  if (decision.kind === "busy" || decision.kind === "replay" || decision.kind === "mismatch")
    return answerTo(job, decision);
  const { clock } = job.world.surroundings;
  const startMs = clock.monotonic();
  const claimed = claimDraft(job.arrival, job.settings, decision.kind === "resume" ? seen : null);
  const { attempt } = claimed;
  const dismissed = new Set<Response>();
  const signal = new AbortController().signal;
  const step = plainStep(job.entry);
  const answered = await job.work(
    contextOf(job, { attempt, signal, recoveryPoint: () => null, step, dismissed }),
  );
  crashPoint("idempotency:after-work");
  const { keptHeaders, responseBytesMax, retryable } = job.settings;
  const { response, stored } = await capture(answered, keptHeaders, responseBytesMax);
  const ending = endingOf(response.status, dismissed.has(answered));
  const worth = ending === "completed" || (ending === "failed" && retryable === "replay");
  const kept = worth && (await keep(job, seen, endDraft(claimed, ending, stored)));
  const durationMs = clock.monotonic() - startMs;
  const { status } = response;
  report(job, { type: "idempotency.ran", status, kept: kept && job.keyed, attempt, durationMs });
  return response;
}

async function keep(job: Job<"cache">, seen: Seen | null, draft: RecordDraft | null): Promise<boolean> {
  const { records } = job.store;
  try {
    if (draft === null) return false;
    if (seen === null) return await records.insert(job.entry, draft);
    const { token, untilMs } = seen;
    return await records.replace(job.entry, { kind: "seen", token, untilMs }, draft);
  } catch (error) {
    reportError(job, "keeping an answer", error);
    return false;
  }
}
