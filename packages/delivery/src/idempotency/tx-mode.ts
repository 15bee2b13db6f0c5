import { invariant } from "@holdfast/core";
import { crashPoint } from "../crash-points.ts";
import { DeliveryError, isDeliveryError } from "../errors.ts";
import { isPassing } from "../sql-failure.ts";
import type { Tx } from "../tx.ts";
import { answerTo, arrive, refuse, storeUnavailable } from "./claim.ts";
import { contextOf, plainStep, publishingIn } from "./context.ts";
import { executionFailed } from "./failure-answer.ts";
import { claimDraft, endDraft, endingOf } from "./idempotency-state.ts";
import { type Job, report, reportError } from "./job.ts";
import type { IdempotencyDatabase, RecordDraft, StoredResponse } from "./record.ts";
import { type Captured, capture } from "./stored-response.ts";

/** How often a transaction that met another one before its work began is run again. */
const triesMax = 20;

/**
 * Key, work, messages and answer in one transaction. A duplicate waits on the key's row until this one ends; a crash leaves nothing. An
 * answer that is not kept takes what was written with it.
 */
export async function runInTx(job: Job<"tx">): Promise<Response> {
  const { database } = job.store;
  invariant(database !== null, "mode tx without a database was let through");
  for (let tries = 1; tries <= triesMax; tries++) {
    const answer = await runOnce(job, database);
    if (answer !== "again") return answer;
  }
  return answerTo(job, { kind: "busy", leftMs: 1 });
}

/** How far a transaction got, for whoever has to say what came of it. */
interface Progress {
  startMs: number;
  /** Set once the key was claimed; the handler is called next. */
  draft: RecordDraft | null;
  /** Set once the handler has answered. */
  captured: Captured | null;
}

/** Thrown to roll back what is not kept; it never leaves this file. */
const rollback = new DeliveryError(
  "IDEMPOTENCY",
  "The answer is not kept, so what was written is not either.",
);

async function runOnce(job: Job<"tx">, database: IdempotencyDatabase): Promise<Response | "again"> {
  const progress: Progress = { startMs: 0, draft: null, captured: null };
  try {
    const answer = await database.store.transaction((tx) => inTransaction(job, database, tx, progress), {
      lockTimeoutMs: job.settings.waitMs,
    });
    crashPoint("idempotency:after-complete");
    reportRun(job, progress, job.keyed);
    return answer;
  } catch (failure) {
    if (progress.draft === null) return notBegun(job, failure);
    if (failure === rollback && progress.captured !== null) return notKept(job, progress.captured, progress);
    return broken(job, failure, progress.draft);
  }
}

async function inTransaction(
  job: Job<"tx">,
  database: IdempotencyDatabase,
  tx: Tx,
  progress: Progress,
): Promise<Response> {
  const { settings, entry, world } = job;
  const records = database.recordsIn(tx);
  const arrived = await arrive(records, job);
  if (arrived.kind !== "claimed") return answerTo(job, arrived);
  progress.draft = arrived.draft;
  progress.startMs = world.surroundings.clock.monotonic();
  crashPoint("idempotency:after-claim");
  const dismissed = new Set<Response>();
  const { publish, settled } = publishingIn(tx, job);
  const { attempt } = arrived.draft;
  const signal = new AbortController().signal;
  const step = plainStep(entry);
  const base = contextOf(job, { attempt, signal, recoveryPoint: () => null, step, dismissed });
  const answered = await job.work(Object.assign(base, { tx, publish }));
  await settled();
  crashPoint("idempotency:after-work");
  progress.captured = await capture(answered, settings.keptHeaders, settings.responseBytesMax);
  const { response, stored } = progress.captured;
  if (endingOf(answered.status, dismissed.has(answered)) !== "completed") throw rollback;
  crashPoint("idempotency:before-complete");
  const { token } = arrived.draft;
  const draft = endDraft(arrived.draft, "completed", stored);
  const held = await records.replace(entry, { kind: "held", token }, draft);
  invariant(held, "a key was lost within the transaction that had claimed it");
  return response;
}

/** The handler was not called: a lock was not had in time, or there is no database. */
function notBegun(job: Job<"tx">, failure: unknown): Response | "again" {
  if (!isDeliveryError(failure) || !isStoreCode(failure.code)) throw failure;
  if (failure.code === "STORE_CONFLICT") return "again";
  if (failure.code === "STORE_BUSY") return answerTo(job, { kind: "busy", leftMs: 1 });
  reportError(job, "claiming a key", failure);
  return storeUnavailable(job);
}

/** The answer is given once; in mode `replay` a failure is kept, on its own, after what it had written is gone. */
async function notKept(
  job: Job<"tx">,
  { response, stored }: Captured,
  progress: Progress,
): Promise<Response> {
  reportRun(job, progress, false);
  if (response.status >= 500) await keepFailure(job, stored);
  return response;
}

/** The handler threw, or the commit failed. */
async function broken(job: Job<"tx">, failure: unknown, draft: RecordDraft): Promise<Response> {
  if (isDeliveryError(failure) && failure.code === "TX_COMMIT_UNKNOWN") {
    reportError(job, "committing a run", failure);
    return refuse(job, "outcome-unknown", {
      detail:
        "Send the same request again, with the same key: it is done once, whether or not it was already.",
      retryAfterMs: 1_000,
    });
  }
  if (isPassing(failure)) {
    reportError(job, `run ${draft.attempt} of a handler`, failure);
    return storeUnavailable(job);
  }
  await keepFailure(job, executionFailed);
  throw failure;
}

async function keepFailure(job: Job<"tx">, stored: StoredResponse): Promise<void> {
  if (job.settings.retryable !== "replay") return;
  const draft = endDraft(claimDraft(job.arrival, job.settings, null), "failed", stored);
  invariant(draft !== null, "a failure leaves a record");
  try {
    await job.store.records.insert(job.entry, draft);
  } catch (error) {
    reportError(job, "keeping a failure", error);
  }
}

function reportRun(job: Job<"tx">, { draft, captured, startMs }: Progress, kept: boolean): void {
  if (draft === null || captured === null) return;
  const durationMs = job.world.surroundings.clock.monotonic() - startMs;
  const { status } = captured.response;
  report(job, { type: "idempotency.ran", status, kept, attempt: draft.attempt, durationMs });
}

function isStoreCode(code: string): boolean {
  return code.startsWith("STORE_") || code === "TX_COMMIT_UNKNOWN";
}
