import type { Store } from "../store.ts";
import { holdWatermark, type Place, raise, wake } from "./watermark.ts";

/** What skipping did: the watermark before and after, and whether a message was waiting behind it. */
export interface Skipped {
  readonly from: number;
  readonly to: number;
  readonly woke: boolean;
}

/**
 * For operators: declares the messages of a key up to `through` as dealt with, so that what waits behind them goes on. Whatever of them still
 * arrives is taken for a duplicate; what was given up before can still be redriven.
 */
export async function skipSequence(store: Store, place: Place, through: number): Promise<Skipped> {
  return store.transaction(async (tx) => {
    const { last } = await holdWatermark(tx, store.tables, place, 1);
    if (through <= last) return { from: last, to: last, woke: false };
    await raise(tx, store.tables, place, through, "anywhere below");
    return { from: last, to: through, woke: await wake(tx, store.tables, place, through + 1) };
  });
}
