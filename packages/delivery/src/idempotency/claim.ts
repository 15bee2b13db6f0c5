import { claimDraft, type Decision, decide } from "./idempotency-state.ts";
import { type Job, report } from "./job.ts";
import { type ProblemCode, type ProblemExtras, problem } from "./problems.ts";
import type { IdempotencyRecords, RecordDraft } from "./record.ts";
import { replayed } from "./stored-response.ts";

/** What an arrival came to: the key is its own now, or there is an answer. */
export type Arrived =
  | { readonly kind: "claimed"; readonly draft: RecordDraft }
  | Extract<Decision, { readonly kind: "busy" | "replay" | "mismatch" }>;

/** How often a record may change between reading and writing it before the key counts as busy. */
const roundsMax = 20;

/**
 * Claims the key, or says why not. A first arrival is one write; all others read, decide, and write over exactly what they saw, so that of
 * any number at most one wins.
 */
export async function arrive(records: IdempotencyRecords, job: Job): Promise<Arrived> {
  for (let round = 0; round < roundsMax; round++) {
    const arrived = await arriveOnce(records, job);
    if (arrived !== null) return arrived;
  }
  return { kind: "busy", leftMs: 1 };
}

/** One round; null where the record changed under way. */
async function arriveOnce(records: IdempotencyRecords, job: Job): Promise<Arrived | null> {
  const { entry, arrival, settings } = job;
  const fresh = claimDraft(arrival, settings, null);
  if (await records.insert(entry, fresh)) return { kind: "claimed", draft: fresh };
  const seen = await records.find(entry);
  if (seen === null) return null;
  const decision = decide(seen, arrival);
  if (decision.kind === "mine")
    return { kind: "claimed", draft: { ...fresh, attempt: seen.attempt, steps: seen.steps } };
  if (decision.kind !== "run" && decision.kind !== "resume") return decision;
  const draft = decision.kind === "run" ? fresh : claimDraft(arrival, settings, seen);
  const { token, untilMs } = seen;
  const won = await records.replace(entry, { kind: "seen", token, untilMs }, draft);
  return won ? { kind: "claimed", draft } : null;
}

/** How often a waiting duplicate looks again, in milliseconds. */
const lookAgainMs = 50;

/** The same, waiting as long as the route allows for a run that is under way. */
export async function arriveWaiting(records: IdempotencyRecords, job: Job): Promise<Arrived> {
  const { clock, random } = job.world.surroundings;
  const endMs = clock.monotonic() + job.settings.waitMs;
  for (;;) {
    const arrived = await arrive(records, job);
    const leftMs = endMs - clock.monotonic();
    if (arrived.kind !== "busy" || leftMs <= 0) return arrived;
    await clock.sleep(Math.min(leftMs, lookAgainMs * random.between(0.5, 1)));
  }
}

/** The answer to an arrival that may not run. */
export function answerTo(job: Job, arrived: Exclude<Arrived, { readonly kind: "claimed" }>): Response {
  switch (arrived.kind) {
    case "replay":
      report(job, { type: "idempotency.replayed", status: arrived.response.status });
      return replayed(arrived.response);
    case "busy":
      return refuse(job, "in-progress", {
        detail: "Send the same request again later: it then gets the answer of the one that is under way.",
        retryAfterMs: arrived.leftMs,
      });
    case "mismatch":
      return refuse(job, "key-reused", {
        detail: "A key stands for one request, with one body. Use a fresh key for another one.",
      });
  }
}

/** A problem instead of a run. */
export function refuse(
  job: Pick<Job, "world" | "settings">,
  code: ProblemCode,
  extras: ProblemExtras,
): Response {
  job.world.surroundings.emit({ type: "idempotency.refused", mode: job.settings.mode, code });
  return problem(code, extras);
}

/** The answer where the store could not say whether the key is known, and the handler was not called. */
export function storeUnavailable(job: Job): Response {
  return refuse(job, "store-unavailable", {
    detail: "Nothing was done. Send the same request again, with the same key.",
    retryAfterMs: 1_000,
  });
}
