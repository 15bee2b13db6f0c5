import { crashPoint } from "../crash-points.ts";
import { DeliveryError } from "../errors.ts";
import type { MessageDefinition } from "../message.ts";
import type { Tx } from "../tx.ts";
import { attemptOf, type Consuming, type Job } from "./consuming.ts";
import { decode } from "./decode.ts";
import type { Ending } from "./ending.ts";
import { type Entered, enter, leaveBehind } from "./entry.ts";
import type { Stage } from "./failure.ts";
import { leaseLost } from "./give-up.ts";
import { handlerContext, prepareContext } from "./handler-context.ts";
import { type Known, lookUp } from "./inbox.ts";
import { unpark } from "./leases.ts";
import { lineageOf } from "./lineage.ts";
import { limited } from "./time-limit.ts";
import { placeOf } from "./watermark.ts";

/** How far an attempt has come, for whoever has to judge its failure. */
export interface Progress {
  stage: Stage;
}

/**
 * Handles a message once: reads it, prepares, and then, in one transaction, notes it as handled, runs the handler, publishes what that
 * published and takes the message out of the parked ones. A failure rolls all of it back and is thrown as it is.
 */
export async function attempt(
  consuming: Consuming,
  job: Job,
  definition: MessageDefinition,
  progress: Progress,
): Promise<Ending> {
  const { tracing, settings } = consuming;
  const work = (): Promise<Ending> => once(consuming, job, definition, progress);
  if (tracing === null) return work();
  const { envelope } = job;
  return tracing.handling({ consumer: settings.name, envelope, attempt: attemptOf(job) }, work);
}

async function once(
  consuming: Consuming,
  job: Job,
  definition: MessageDefinition,
  progress: Progress,
): Promise<Ending> {
  const { settings, store } = consuming;
  progress.stage = "read";
  if (settings.windowMs === null) placeOf(settings.name, job.envelope);
  const data = await timed(consuming, job, "read", () => decode(job.envelope, definition));
  const known = settings.prepare === null ? null : await knownBefore(consuming, job, progress);
  if (known !== null) return { kind: "duplicate", known };
  progress.stage = "prepare";
  const prepared = await timed(consuming, job, "prepared", (signal) =>
    settings.prepare?.(data, prepareContext(consuming, job, signal)),
  );
  progress.stage = "entry";
  return store.transaction(
    async (tx) => {
      progress.stage = "entry";
      crashPoint("consume:before-inbox");
      const entered = await enter(tx, consuming, job);
      crashPoint("consume:after-inbox");
      if ("ending" in entered) return entered.ending;
      progress.stage = "handler";
      await handle(tx, consuming, job, { data, prepared, progress });
      return { kind: "handled", wokeNext: await leave(tx, consuming, job, entered) };
    },
    { lockTimeoutMs: settings.lockTimeoutMs },
  );
}

/** A duplicate that is known before the transaction spares the calls that `prepare` makes. */
async function knownBefore(
  { settings, store }: Consuming,
  job: Job,
  progress: Progress,
): Promise<Known | null> {
  // A parked message is the business of whoever holds it, and its row must go: its transaction finds out.
  if (job.held !== null) return null;
  progress.stage = "entry";
  return store.transaction((tx) =>
    lookUp(tx, store.tables, { consumer: settings.name, id: job.envelope.id }),
  );
}

async function handle(
  tx: Tx,
  consuming: Consuming,
  job: Job,
  { data, prepared, progress }: { data: unknown; prepared: unknown; progress: Progress },
): Promise<void> {
  const { settings, publisher } = consuming;
  const { published } = await timed(consuming, job, "handled", async (signal) => {
    const opened = handlerContext(consuming, job, tx, signal);
    signal.addEventListener("abort", opened.close, { once: true });
    try {
      await settings.handler(data, opened.context, prepared);
    } finally {
      opened.close();
    }
    return opened;
  });
  crashPoint("consume:after-handler");
  if (published.length > 0) await publisher.publish(tx, published, lineageOf(job.envelope));
  progress.stage = "end";
}

/** The end of the transaction. The lease is checked last: what was done after it was lost is rolled back. */
async function leave(tx: Tx, consuming: Consuming, job: Job, entered: Entered): Promise<boolean> {
  const { held } = job;
  const wokeNext = await leaveBehind(tx, consuming, entered);
  if (held !== null && !(await unpark(tx, consuming.store.tables, held))) throw leaseLost();
  job.signal.throwIfAborted();
  crashPoint("transaction:before-commit");
  return wokeNext;
}

function timed<T>(
  { clock, settings }: Consuming,
  { envelope, signal }: Job,
  done: string,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const tooLate = (): DeliveryError =>
    new DeliveryError(
      "HANDLER_TIMEOUT",
      `The ${envelope.type} ${envelope.id} was not ${done} by ${settings.name} within ${settings.timeoutMs} ms.`,
    );
  return limited({ clock, limitMs: settings.timeoutMs, signal, tooLate }, work);
}
