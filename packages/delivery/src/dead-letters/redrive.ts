import { crashPoint } from "../crash-points.ts";
import { numberOf } from "../sql.ts";
import type { Session, Store } from "../store.ts";
import type { Surroundings } from "../surroundings.ts";
import { recordAct } from "./audit.ts";
import type { LetterFacts } from "./events.ts";
import { binderOf, conditionsOf, type DeadLetterFilter } from "./filter.ts";
import { batchOf, nextDueMs, rateOf } from "./pace.ts";
import { type DeadLetter, letterColumns, letterOf } from "./read.ts";
import { redrivenHeaders, redrivenOf } from "./redrive-header.ts";
import { returnLetters } from "./return.ts";
import { heldTo, type SweepEnd, sweep } from "./sweep.ts";
import { takeNext } from "./take.ts";

/** How letters are redriven. */
export interface RedriveOptions {
  /** Who does it, for the audit. */
  readonly actor: string;
  /** Why, for the audit. Default: nothing. */
  readonly note?: string;
  /** Letters per second at most. Default: 50. */
  readonly rate?: number;
  /** Letters at most. Default: all that had died when it began. */
  readonly limit?: number;
  /** Counts, and changes nothing. Default: false. */
  readonly dryRun?: boolean;
  /** Ends it between two batches; what is done stays done. */
  readonly signal?: AbortSignal;
}

/** What came of a redrive. */
export interface RedriveResult {
  /** Stands in the audit and in the header `redriveid` of each message; null in a dry run. */
  readonly redriveId: string | null;
  /** Letters that went, or in a dry run would go. */
  readonly redriven: number;
  /** Letters that stayed, and why: `dead-letters.skipped` names each of them. */
  readonly skipped: number;
  /** Letters among those that went which had been redriven more than three times, with this one. */
  readonly looping: number;
  readonly end: SweepEnd;
}

/** What redriving needs. */
export interface DeadLetterParts extends Surroundings {
  readonly store: Store;
  readonly newId: () => string;
}

/** More than this, and a message comes back because nothing was mended. */
export const redrivesUnsuspicious = 3;

/**
 * Sends letters back to where they were given up, oldest first: in one transaction each batch leaves the dead letters, enters the outbox or
 * the consumer's parked messages under its own id, and is put on record. Two operators may redrive the same letters: each goes once.
 */
export async function redriveLetters(
  parts: DeadLetterParts,
  filter: DeadLetterFilter,
  options: RedriveOptions,
): Promise<RedriveResult> {
  const rate = rateOf(options.rate);
  const session = await parts.store.connect({ purpose: "holdfast redrive" });
  try {
    const held = await heldTo(session, filter);
    if (options.dryRun === true) return await dryRun(parts, session, held, options);
    return await run(parts, session, held, { ...options, rate });
  } finally {
    await session.close();
  }
}

async function dryRun(
  { store }: DeadLetterParts,
  session: Session,
  filter: DeadLetterFilter,
  { limit = Number.POSITIVE_INFINITY }: RedriveOptions,
): Promise<RedriveResult> {
  const binder = binderOf(session.dialect);
  const where = conditionsOf(session.dialect, filter, binder);
  const page = Number.isFinite(limit) ? ` limit ${Math.max(0, Math.floor(limit))}` : "";
  const { rows } = await session.query(
    `select count(*) as letters, coalesce(sum(case when redrives >= ${redrivesUnsuspicious} then 1 else 0 end), 0) as looping from (select redrives from ${store.tables.of("dead_letter")} where ${where} order by dead_ms, id${page}) as held`,
    binder.params,
  );
  const [row = {}] = rows;
  const redriven = numberOf(row, "letters");
  const end = redriven >= limit ? "limit" : "done";
  return { redriveId: null, redriven, skipped: 0, looping: numberOf(row, "looping"), end };
}

async function run(
  parts: DeadLetterParts,
  session: Session,
  filter: DeadLetterFilter,
  {
    actor,
    note = "",
    rate,
    limit = Number.POSITIVE_INFINITY,
    signal,
  }: RedriveOptions & { readonly rate: number },
): Promise<RedriveResult> {
  const { clock, emit, newId } = parts;
  const { tables } = parts.store;
  const redriveId = newId();
  const act = { action: "redriven", actor, note, redriveId } as const;
  let dueMs = clock.monotonic();
  let beganMs = dueMs;
  let skipped = 0;
  let looping = 0;
  const { count, end } = await sweep<DeadLetter>({
    clock,
    signal,
    batch: batchOf(rate),
    limit,
    async take(after, rows, onRead) {
      const letters = await session.transaction(async (tx) => {
        const request = { columns: letterColumns(tx.dialect), filter, after, rows, read: letterOf };
        const taken = await takeNext(tx, tables, request, onRead);
        const returned = taken.map((letter) => redriven(letter, redriveId));
        crashPoint("dead-letters:before-redrive");
        await returnLetters(tx, tables, returned);
        await recordAct(tx, tables, returned.map(auditedOf), { act, newId });
        return returned;
      });
      crashPoint("dead-letters:after-redrive");
      return letters;
    },
    async due() {
      await clock.sleep(dueMs - clock.monotonic(), signal);
      beganMs = clock.monotonic();
    },
    taken(letters) {
      for (const letter of letters) {
        const { redrives } = letter;
        emit({ type: "dead-letters.redriven", ...factsOf(letter), redriveId, redrives, actor });
        if (redrives <= redrivesUnsuspicious) continue;
        looping += 1;
        emit({ type: "dead-letters.looping", ...factsOf(letter), redrives });
      }
      dueMs = nextDueMs(dueMs, beganMs, letters.length, rate);
    },
    skipped(letter, error) {
      skipped += 1;
      emit({ type: "dead-letters.skipped", ...factsOf(letter), error });
    },
  });
  return { redriveId, redriven: count, skipped, looping, end };
}

/** A letter as it goes on its way: the same message, with the header that says so. */
function redriven(letter: DeadLetter, redriveId: string): DeadLetter {
  const redrives = Math.max(letter.redrives, redrivenOf(letter.envelope.headers).redrives) + 1;
  const headers = redrivenHeaders(letter.envelope.headers, { redrives, redriveId });
  return { ...letter, redrives, envelope: { ...letter.envelope, headers } };
}

function auditedOf({ id, messageId, consumer, reason, envelope }: DeadLetter) {
  return { id, messageId, consumer, reason, type: envelope.type };
}

/** A letter as events name it. */
export function factsOf({
  id,
  messageId,
  origin,
  consumer,
  reason,
  envelope,
}: Pick<DeadLetter, "id" | "messageId" | "origin" | "consumer" | "reason"> & {
  readonly envelope: { readonly type: string };
}): LetterFacts {
  return { letterId: id, messageId, messageType: envelope.type, origin, consumer, reason };
}
