import { raise, wake } from "../consume/watermark.ts";
import type { Store } from "../store.ts";
import type { Tx } from "../tx.ts";
import type { DeadLetterSummary } from "./read.ts";

/**
 * Lets the keys go on that waited for letters which nobody will redrive any more, in the transaction that discards them. A key that lacks an
 * earlier message still waits for that one. Resolves to how many keys went on.
 */
export async function passBy(
  tx: Tx,
  tables: Store["tables"],
  letters: readonly DeadLetterSummary[],
): Promise<number> {
  let passed = 0;
  for (const { consumer, source, type, key, seq } of letters.toSorted(
    (a, b) => (a.seq ?? 0) - (b.seq ?? 0),
  )) {
    if (consumer === null || key === null || seq === null) continue;
    const place = { consumer, source, type, key };
    if (!(await raise(tx, tables, place, seq, "exactly the next"))) continue;
    await wake(tx, tables, place, seq + 1);
    passed += 1;
  }
  return passed;
}
