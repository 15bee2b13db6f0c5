import type { Clock } from "@holdfast/core";
import type { Entry, IdempotencyStore, RecordDraft, Seen } from "../idempotency/record.ts";

type Kept = Omit<Seen, "nowMs">;

/** Keys in memory, on any clock: the store that tests of handlers run on, in virtual time. */
export function memoryIdempotency(clock: Clock): IdempotencyStore & { readonly size: () => number } {
  const kept = new Map<string, Kept>();
  const nameOf = ({ scope, key }: Entry): string => JSON.stringify([scope, key]);
  const written = ({ leaseMs, ttlMs, ...rest }: RecordDraft): Kept => ({
    ...structuredClone(rest),
    untilMs: leaseMs === 0 ? 0 : clock.wall() + leaseMs,
    expiresMs: clock.wall() + ttlMs,
  });
  return {
    kind: "memory",
    guarantees: { durable: false, transactional: false },
    database: null,
    size: () => kept.size,
    records: {
      async find(entry) {
        const found = kept.get(nameOf(entry));
        return found === undefined ? null : { ...structuredClone(found), nowMs: clock.wall() };
      },
      async insert(entry, draft) {
        if (kept.has(nameOf(entry))) return false;
        kept.set(nameOf(entry), written(draft));
        return true;
      },
      async replace(entry, condition, draft) {
        const found = kept.get(nameOf(entry));
        if (found === undefined || found.token !== condition.token) return false;
        if (condition.kind === "held" ? found.state !== "running" : found.untilMs !== condition.untilMs)
          return false;
        if (draft === null) kept.delete(nameOf(entry));
        else kept.set(nameOf(entry), written(draft));
        return true;
      },
    },
  };
}
