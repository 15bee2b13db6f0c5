import { crashPoint } from "../crash-points.ts";
import type { DeadReason } from "../dead-letters/dead-letter.ts";
import type { MessageDefinition } from "../message.ts";
import { nowMs, numberOf } from "../sql.ts";
import type { Tx } from "../tx.ts";
import { attempt, type Progress } from "./attempt.ts";
import { attemptOf, type Consuming, type Job, named } from "./consuming.ts";
import { describeFailure, withAttempt } from "./describe-failure.ts";
import type { Ending } from "./ending.ts";
import { type Consequence, consequenceOf } from "./failure.ts";
import { buryIn, type LastWord, tellGivenUp } from "./give-up.ts";
import { giveBack, recordFailure } from "./leases.ts";
import { park } from "./parked.ts";
import { recordPersistently } from "./record.ts";

/** How often a message may be begun without ever reporting back before it counts as one that brings its process down. */
const crashesMax = 3;

/** Deals with one message until it is in safe hands or given back. Never rejects. */
export async function work(consuming: Consuming, job: Job): Promise<void> {
  const { settings } = consuming;
  const { envelope, held } = job;
  const definition = settings.messages.get(envelope.type);
  if (definition === undefined)
    return giveUp(consuming, job, "no-consumer", { text: noConsumer(settings.name, envelope.type) });
  // The claim counted this start as well.
  if (held !== null && held.started - 1 - held.failed >= crashesMax)
    return giveUp(consuming, job, "crashed", { text: crashed(held.started - 1 - held.failed) });
  const startedMs = consuming.clock.monotonic();
  for (let conflicts = 0; ; conflicts++) {
    const run = await runOnce(consuming, job, definition, conflicts);
    if ("ending" in run) return conclude(consuming, job, run.ending, startedMs);
    const { next, error } = run;
    if (next.do !== "again") return follow(consuming, job, next, { error, startedMs });
    await consuming.clock.sleep(next.waitMs);
  }
}

async function runOnce(
  consuming: Consuming,
  job: Job,
  definition: MessageDefinition,
  conflicts: number,
): Promise<{ readonly ending: Ending } | { readonly next: Consequence; readonly error: unknown }> {
  const progress: Progress = { stage: "read" };
  try {
    const ending = await attempt(consuming, job, definition, progress);
    consuming.outage.recovered();
    return { ending };
  } catch (error) {
    const { stage } = progress;
    const failed = job.held?.failed ?? 0;
    const run = { stage, error, failed, conflicts, stopping: consuming.giveUp.aborted };
    return { next: consequenceOf(run, consuming.settings, consuming.random), error };
  }
}

async function conclude(consuming: Consuming, job: Job, ending: Ending, startedMs: number): Promise<void> {
  const { settings, emit, clock } = consuming;
  const message = named(settings.name, job.envelope);
  crashPoint("consume:after-commit");
  job.done();
  switch (ending.kind) {
    case "handled":
      emit({
        type: "consume.handled",
        ...message,
        attempt: attemptOf(job),
        durationMs: clock.monotonic() - startedMs,
      });
      if (ending.wokeNext) consuming.wakeup.now();
      return;
    case "duplicate":
      return emit({ type: "consume.duplicate", ...message, known: ending.known });
    case "waiting": {
      const { missingSeq, isNew, waitedMs } = ending;
      if (isNew) emit({ type: "consume.waiting", ...message, missingSeq });
      if (waitedMs !== null) emit({ type: "consume.gap", ...message, missingSeq, waitedMs });
      return;
    }
    case "given-up":
      return tellGivenUp(consuming, job, ending.word);
  }
}

interface Failure {
  readonly error: unknown;
  readonly startedMs: number;
}

async function follow(
  consuming: Consuming,
  job: Job,
  next: Exclude<Consequence, { do: "again" }>,
  failure: Failure,
): Promise<void> {
  const { settings, emit } = consuming;
  switch (next.do) {
    case "leave":
      emit({ type: "consume.lease-lost", ...named(settings.name, job.envelope) });
      return job.done();
    case "release":
      return release(consuming, job, next.because, failure.error);
    case "retry":
      return retryLater(consuming, job, next.waitMs, failure);
    case "bury":
      return giveUp(consuming, job, next.reason, { failure: failure.error });
  }
}

/** Gives a message back uncounted. */
async function release(
  consuming: Consuming,
  job: Job,
  because: "stopping" | "busy" | "outage",
  error: unknown,
): Promise<void> {
  const { settings, store, random, emit, outage, wakeup } = consuming;
  const waitMs =
    because === "stopping" ? 0 : because === "busy" ? random.between(500, 1_500) : outage.nextWaitMs();
  emit({ type: "consume.released", ...named(settings.name, job.envelope), because, waitMs, error });
  const { held } = job;
  if (held === null) return job.release(waitMs);
  await recordPersistently(consuming, job, (tx) => giveBack(tx, store.tables, held, { waitMs }));
  wakeup.within(waitMs);
}

/** Counts a failure and parks the message until it is tried again. */
async function retryLater(
  consuming: Consuming,
  job: Job,
  waitMs: number,
  { error, startedMs }: Failure,
): Promise<void> {
  const { settings, store, emit, clock, wakeup } = consuming;
  const { envelope, held } = job;
  crashPoint("consume:before-park");
  const recorded = await recordPersistently(consuming, job, async (tx) => {
    const history = withAttempt(held?.history ?? [], error, await databaseNow(tx));
    if (held !== null) return recordFailure(tx, store.tables, held, { waitMs, history });
    // Where it is parked already, another delivery of it has failed meanwhile: that one counts.
    await park(tx, store.tables, {
      consumer: settings.name,
      envelope,
      waitMs,
      started: 1,
      failed: 1,
      history,
    });
    return true;
  });
  if (!recorded) return;
  crashPoint("consume:after-park");
  job.done();
  emit({
    type: "consume.failed",
    ...named(settings.name, envelope),
    attempt: attemptOf(job),
    durationMs: clock.monotonic() - startedMs,
    waitMs,
    error,
  });
  wakeup.within(waitMs);
}

/** Makes a dead letter of a message in a transaction of its own: for a failure, or for what the text says. */
export async function giveUp(
  consuming: Consuming,
  job: Job,
  reason: DeadReason,
  why: { readonly failure: unknown } | { readonly text: string },
): Promise<void> {
  const { settings, emit } = consuming;
  const error = "text" in why ? why.text : describeFailure(why.failure);
  let word: LastWord = { reason, error, history: job.held?.history ?? [] };
  let buried = false;
  const recorded = await recordPersistently(consuming, job, async (tx) => {
    const history =
      "failure" in why
        ? withAttempt(job.held?.history ?? [], why.failure, await databaseNow(tx))
        : word.history;
    word = { ...word, history };
    buried = await buryIn(tx, consuming, job, word);
    return true;
  });
  if (!recorded) return;
  if (buried) await tellGivenUp(consuming, job, word);
  else emit({ type: "consume.duplicate", ...named(settings.name, job.envelope), known: "dead" });
  job.done();
  consuming.wakeup.now();
}

async function databaseNow(tx: Tx): Promise<number> {
  const { rows } = await tx.query(`select ${nowMs[tx.dialect]} as now_ms`);
  return numberOf(rows[0] ?? {}, "now_ms");
}

function noConsumer(consumer: string, type: string): string {
  return `${consumer} was sent a ${type}, which it does not consume. Bind its queue to its own messages alone, or add this one to the consumer; then redrive it or discard it.`;
}

function crashed(times: number): string {
  return `It was begun ${times} times and no attempt reported back, the last of them alone in its process: it brings the process down, or holds it up beyond the lease. Look for what the process died of at those times; then redrive it.`;
}
