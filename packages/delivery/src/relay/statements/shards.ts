import { nowMs, numberOf, textOf } from "../../sql.ts";
import type { Dialect, SqlValue } from "../../tx.ts";
import { leaseMaxMs, type RelaySession, type RelayTables } from "../statements.ts";

/** A shard that a relay owns, and the epoch of that ownership. */
export type Epochs = ReadonlyMap<number, number>;

/** What relays say to the database about who owns which shard. Every dialect understands it as it stands. */
export interface ShardStatements {
  /** Says that this relay lives; resolves to how many do, and to its place among them. */
  beat(
    session: RelaySession,
    member: string,
    leaseMs: number,
  ): Promise<{ readonly relays: number; readonly rank: number }>;
  /** Moves the end of the leases that still are this relay's; resolves to those shards. */
  renew(session: RelaySession, epochs: Epochs, leaseMs: number): Promise<ReadonlySet<number>>;
  /** Takes shards that nobody owns, or whose owner let its lease run out. */
  take(session: RelaySession, member: string, most: number, leaseMs: number): Promise<Epochs>;
  /** Gives shards back, so that the next one need not wait. */
  free(session: RelaySession, epochs: Epochs): Promise<void>;
  leave(session: RelaySession, member: string): Promise<void>;
}

/** The statements about shards, for a dialect. */
export function shardStatements(dialect: Dialect, { shard, relay }: RelayTables): ShardStatements {
  const now = nowMs[dialect];
  const mark = (at: number): string => (dialect === "postgres" ? `$${at}` : "?");
  const locked = dialect === "sqlite" ? "" : " for update skip locked";
  const upsert =
    dialect === "mysql"
      ? "on duplicate key update until_ms = values(until_ms)"
      : "on conflict (id) do update set until_ms = excluded.until_ms";
  const pairs = (epochs: Epochs): string =>
    [...epochs].map(([number, epoch]) => `(${Math.trunc(number)}, ${Math.trunc(epoch)})`).join(", ");
  const numbers = (list: readonly number[]): string => list.map(Math.trunc).join(", ");
  const owned = (epochs: Epochs): string =>
    `(shard, epoch) in (${dialect === "sqlite" ? `values ${pairs(epochs)}` : pairs(epochs)})`;
  const lease = (leaseMs: number): string => `${now} + ${Math.trunc(leaseMs)}`;
  return {
    async beat(session, member, leaseMs) {
      const values: SqlValue[] = [member];
      await session.query(
        `insert into ${relay} (id, until_ms) values (${mark(1)}, ${lease(leaseMs)}) ${upsert}`,
        values,
      );
      await session.query(`delete from ${relay} where until_ms <= ${now}`);
      const id = dialect === "postgres" ? "id::text as id" : "id";
      const { rows } = await session.query(`select ${id} from ${relay}`);
      const living = rows.map((row) => textOf(row, "id")).sort();
      return { relays: Math.max(1, living.length), rank: Math.max(0, living.indexOf(member)) };
    },
    renew: (session, epochs, leaseMs) =>
      session.transaction(async (tx) => {
        if (epochs.size === 0) return new Set();
        await tx.query(`update ${shard} set until_ms = ${lease(leaseMs)} where ${owned(epochs)}`);
        const { rows } = await tx.query(`select shard from ${shard} where ${owned(epochs)}`);
        return new Set(rows.map((row) => numberOf(row, "shard")));
      }),
    take: (session, member, most, leaseMs) =>
      session.transaction(async (tx) => {
        const { rows } = await tx.query(
          `select shard, epoch from ${shard} where until_ms <= ${now} or until_ms > ${now} + ${leaseMaxMs} order by shard limit ${Math.trunc(most)}${locked}`,
        );
        if (rows.length === 0) return new Map();
        const taken = new Map(rows.map((row) => [numberOf(row, "shard"), numberOf(row, "epoch") + 1]));
        await tx.query(
          `update ${shard} set owner = ${mark(1)}, epoch = epoch + 1, until_ms = ${lease(leaseMs)} where shard in (${numbers([...taken.keys()])})`,
          [member],
        );
        return taken;
      }),
    async free(session, epochs) {
      if (epochs.size === 0) return;
      await session.query(`update ${shard} set owner = null, until_ms = 0 where ${owned(epochs)}`);
    },
    async leave(session, member) {
      await session.query(`delete from ${relay} where id = ${mark(1)}`, [member]);
    },
  };
}
