import { nowMs, numberOf, numberOrNull, textOf } from "../../sql.ts";
import { claimColumns, claimedOf, claimOf, type Token } from "../claimed.ts";
import {
  type ClaimRequest,
  leaseMaxMs,
  type RelayStatements,
  type RelayTables,
  type Runs,
} from "../statements.ts";
import { pendingOf } from "./pending.ts";

const now = nowMs.sqlite;
const free = `(locked_until_ms <= ${now} or locked_until_ms > ${now} + ${leaseMaxMs})`;
const returning = `returning ${claimColumns("sqlite")}`;
/** Lists go as one JSON text, so that one prepared statement serves every length. */
const listed = "(select value from json_each(?))";
const paired = "(select value ->> 0, value ->> 1 from json_each(?))";

/** The relay's statements for SQLite, which lets one writer in at a time: nothing is skipped, because nothing is locked by others. */
export function sqliteStatements({ outbox, shard }: RelayTables): RelayStatements {
  const claim = (types: string): string => `update ${outbox} set
  state = case when due_ms > ${now} then 1 when started > failed + 1 then 2 else 0 end,
  lease = lease + 1,
  locked_until_ms = case when due_ms <= ${now} and started <= failed + 1 then ${now} + ? else 0 end,
  started = case when due_ms <= ${now} and started <= failed + 1 then started + 1 else started end
where id in (
  select id from (select id, sum(bytes) over (order by id) - bytes as earlier from (
    select id, length(body) + length(headers) as bytes from ${outbox}
    where state = 0 and shard is null and id >= ? and ${free} and type ${types} ${listed} order by id limit ?
  )) where earlier < ?)
${returning}`;
  const suspect = (types: string): string => `update ${outbox} set
  lease = lease + 1, locked_until_ms = ${now} + ?, started = started + 1
where id in (select id from ${outbox} where state = 2 and shard is null and ${free} and type ${types} ${listed} order by id limit 1)
${returning}`;
  return {
    async claim(runs, { limit, bytesMax, from, types, leaseMs }) {
      const [membership, names] = typed(types);
      const { rows } = await runs.query(claim(membership), [leaseMs, from ?? "", names, limit, bytesMax]);
      return claimOf(rows, 0);
    },
    async claimSuspect(runs, { leaseMs, types }) {
      const [membership, names] = typed(types);
      const { rows } = await runs.query(suspect(membership), [leaseMs, names]);
      return claimOf(rows, 2).claimed[0] ?? null;
    },
    async promote(runs, limit) {
      const { rows } = await runs.query(
        `select due_ms - ${now} as wait from ${outbox} where state = 1 and shard is null order by due_ms limit 1`,
      );
      const nextMs = rows[0] === undefined ? null : numberOrNull(rows[0], "wait");
      if (nextMs === null || nextMs > 0) return { promoted: 0, nextMs };
      const { count } = await runs.query(
        `update ${outbox} set state = 0, due_ms = 0 where id in (
  select id from ${outbox} where state = 1 and shard is null and due_ms <= ${now} order by due_ms limit ?)`,
        [limit],
      );
      return { promoted: count, nextMs: 0 };
    },
    ...settling({ outbox, shard }),
    async pending(runs, cursors, limit) {
      // A compound select has five hundred members at most; there are sixty-four shards.
      const one = `select * from (select id, type, key, seq, shard, started, failed, length(body) + length(headers) as bytes,
  case when state = 1 then max(due_ms - ${now}, 0) else 0 end as wait
from ${outbox} where shard = ? and (type, key) > (?, ?) order by type, key, seq limit ?)`;
      const { rows } = await runs.query(
        cursors.map(() => one).join(" union all "),
        cursors.flatMap((cursor) => [cursor.shard, cursor.type, cursor.key, limit]),
      );
      return rows.map(pendingOf);
    },
    async claimOrdered(runs, { ids, epochs, leaseMs }) {
      const { rows } = await runs.query(
        `update ${outbox} set lease = lease + 1, locked_until_ms = ${now} + ?, started = started + 1, state = 0
where id in ${listed} and (shard, (select epoch from ${shard} s where s.shard = ${outbox}.shard and s.until_ms > ${now})) in ${paired}
${returning}`,
        [leaseMs, JSON.stringify(ids), JSON.stringify([...epochs])],
      );
      return rows.map((row) => claimedOf(row, epochs.get(numberOf(row, "shard")) ?? null));
    },
  };
}

function settling({ outbox, shard }: Pick<RelayTables, "outbox" | "shard">) {
  const remove = async (runs: Runs, tokens: readonly Token[]): Promise<number> => {
    const free = tokens.filter(({ epoch }) => epoch === null);
    const bound = tokens.filter(({ epoch }) => epoch !== null);
    let count = 0;
    if (free.length > 0)
      count += (await runs.query(`delete from ${outbox} where (id, lease) in ${paired}`, [pairs(free)]))
        .count;
    if (bound.length > 0) {
      const { count: deleted } = await runs.query(
        `delete from ${outbox} where (id, lease) in ${paired}
and (shard, (select epoch from ${shard} s where s.shard = ${outbox}.shard and s.until_ms > ${now}), id) in (
  select (select shard from ${outbox} q where q.id = value ->> 0), value ->> 2, value ->> 0 from json_each(?))`,
        [pairs(bound), JSON.stringify(bound.map(({ id, lease, epoch }) => [id, lease, epoch]))],
      );
      count += deleted;
    }
    return count;
  };
  return {
    settle: remove,
    remove: async (tx, token) => (await remove(tx, [token])) === 1,
    fail: (runs, failures) =>
      runs.transaction(async (tx) => {
        let count = 0;
        for (const { token, waitMs, history } of failures) {
          const done = await tx.query(
            `update ${outbox} set failed = failed + 1, state = 1, due_ms = ${now} + ?, locked_until_ms = 0, history = ? where id = ? and lease = ?`,
            [Math.ceil(waitMs), history, token.id, token.lease],
          );
          count += done.count;
        }
        return count;
      }),
    release: (runs, releases) =>
      runs.transaction(async (tx) => {
        let count = 0;
        for (const { token, waitMs } of releases) {
          const later = waitMs > 0 ? `, state = 1, due_ms = ${now} + ${Math.ceil(waitMs)}` : "";
          const done = await tx.query(
            `update ${outbox} set locked_until_ms = 0, started = max(started - 1, 0)${later} where id = ? and lease = ?`,
            [token.id, token.lease],
          );
          count += done.count;
        }
        return count;
      }),
    async extend(runs, tokens, leaseMs) {
      const { rows } = await runs.query(
        `update ${outbox} set locked_until_ms = ${now} + ? where (id, lease) in ${paired} returning id`,
        [leaseMs, pairs(tokens)],
      );
      return new Set(rows.map((row) => textOf(row, "id")));
    },
  } satisfies Partial<RelayStatements>;
}

function typed(types: ClaimRequest["types"]): [string, string] {
  return "only" in types ? ["in", JSON.stringify(types.only)] : ["not in", JSON.stringify(types.without)];
}

const pairs = (tokens: readonly Token[]): string =>
  JSON.stringify(tokens.map(({ id, lease }) => [id, lease]));
