import { crashPoint } from "../crash-points.ts";
import { DeliveryError } from "../errors.ts";
import { recordAct } from "./audit.ts";
import { type DeadLetterFilter, isEmptyFilter } from "./filter.ts";
import { countLetters } from "./list.ts";
import { passBy } from "./pass.ts";
import { type DeadLetterSummary, summaryColumns, summaryOf } from "./read.ts";
import { type DeadLetterParts, factsOf } from "./redrive.ts";
import { heldTo, type SweepEnd, sweep } from "./sweep.ts";
import { takeNext } from "./take.ts";

/** How letters are discarded. */
export interface DiscardOptions {
  /** Who does it, for the audit. */
  readonly actor: string;
  /** Why, for the audit. Default: nothing. */
  readonly note?: string;
  /** Counts, and changes nothing. Default: false. */
  readonly dryRun?: boolean;
  /** Says that a filter which names nothing is meant. Default: false, and then it is refused. */
  readonly all?: boolean;
  /** Ends it between two batches; what is done stays done. */
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface DiscardResult {
  /** Letters that are gone, or in a dry run would be. */
  readonly discarded: number;
  /** Keys of ordered messages that waited for one of them and go on. */
  readonly unblocked: number;
  readonly end: SweepEnd;
}

const batch = 200;

/**
 * Deletes letters for good, payload and all. The audit keeps which messages they were, why they had died and who let them go. Where a consumer
 * held a key for an ordered message among them, the key goes on without it.
 */
export async function discardLetters(
  parts: DeadLetterParts,
  filter: DeadLetterFilter,
  { actor, note = "", dryRun = false, all = false, signal }: DiscardOptions,
): Promise<DiscardResult> {
  const { store, clock, emit, newId } = parts;
  if (isEmptyFilter(filter) && !all)
    throw new DeliveryError(
      "CONFIGURATION",
      "discard was given a filter that names nothing: every dead letter would go.",
      {
        remedy: "Name which letters are meant, or say that all of them are with { all: true }.",
      },
    );
  if (dryRun) return { discarded: await countLetters(store, filter), unblocked: 0, end: "done" };
  const act = { action: "discarded", actor, note, redriveId: null } as const;
  const session = await store.connect({ purpose: "holdfast discard" });
  let unblocked = 0;
  try {
    const held = await heldTo(session, filter);
    const { count, end } = await sweep<DeadLetterSummary>({
      clock,
      signal,
      batch,
      limit: Number.POSITIVE_INFINITY,
      async take(after, rows, onRead) {
        const { taken, passed } = await session.transaction(async (tx) => {
          const request = { columns: summaryColumns(tx.dialect), filter: held, after, rows, read: summaryOf };
          const taken = await takeNext(tx, store.tables, request, onRead);
          crashPoint("dead-letters:before-discard");
          const passed = await passBy(tx, store.tables, taken);
          await recordAct(tx, store.tables, taken, { act, newId });
          return { taken, passed };
        });
        crashPoint("dead-letters:after-discard");
        unblocked += passed;
        return taken;
      },
      taken(letters) {
        for (const letter of letters)
          emit({ type: "dead-letters.discarded", ...factsOf({ ...letter, envelope: letter }), actor });
        return Promise.resolve();
      },
      skipped(letter, error) {
        emit({ type: "dead-letters.skipped", ...factsOf({ ...letter, envelope: letter }), error });
      },
    });
    return { discarded: count, unblocked, end };
  } finally {
    await session.close();
  }
}
