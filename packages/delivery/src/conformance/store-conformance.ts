import { after, before, beforeEach, describe, it } from "node:test";
import { sqlIdempotency } from "../idempotency/sql-records.ts";
import { recordLaws } from "./idempotency-record-laws.ts";
import { connectionCases } from "./store-connections.ts";
import { inboxCases } from "./store-inbox.ts";
import { outboxCases } from "./store-outbox.ts";
import { sagaCases } from "./store-sagas.ts";
import { StoreBench, type StoreSubject } from "./store-subject.ts";
import { transactionCases } from "./store-transactions.ts";

/**
 * Registers the laws that every store keeps with `node:test`: of its transactions and sessions, and of all that is kept through them. A store is
 * trusted when it passes.
 */
export function storeConformance(subject: StoreSubject): void {
  const skip = subject.skip ?? false;
  describe(`store ${subject.name}`, { skip, concurrency: false }, () => {
    let bench: StoreBench;
    before(async () => {
      if (skip === false) bench = await StoreBench.open(subject);
    });
    beforeEach(() => bench?.empty());
    after(() => bench?.opened.close());
    const groups = [transactionCases, connectionCases, outboxCases, inboxCases, sagaCases];
    for (const { name, run } of groups.flat()) it(name, () => run(bench));
    recordLaws(() => ({
      store: sqlIdempotency(bench.store),
      again: () => sqlIdempotency(bench.stores[1]),
      close: () => Promise.resolve(),
    }));
  });
}
