import { nowMs, numberOf, numberOrNull, placeholders, textOf } from "../../sql.ts";
import { claimColumns, claimedOf, claimOf } from "../claimed.ts";
import { type ClaimRequest, leaseMaxMs, type RelayStatements, type RelayTables } from "../statements.ts";
import { marks, mysqlSettling } from "./mysql-settling.ts";
import { pendingOf } from "./pending.ts";

const now = nowMs.mysql;
const free = `(locked_until_ms <= ${now} or locked_until_ms > ${now} + ${leaseMaxMs})`;
const size = "octet_length(body) + octet_length(headers)";

/**
 * The relay's statements for MariaDB and MySQL, which have no UPDATE ... RETURNING: rows are locked, marked and read in one transaction
 * at READ COMMITTED. Assignments stand in an order that means the same whether they see one another or not.
 */
export function mysqlStatements({ outbox, shard }: RelayTables): RelayStatements {
  const read = (ids: readonly string[]): string => readStatement(outbox, ids);
  return {
    claim: (runs, { limit, bytesMax, from, types, leaseMs }) =>
      runs.transaction(async (tx) => {
        const [condition, names] = typed(types);
        const found = await tx.query(
          `select id, ${size} as bytes from ${outbox} where shard is null and state = 0 and id >= ? and ${free}${condition} order by id limit ${Math.trunc(limit)} for update skip locked`,
          [from ?? "", ...names],
        );
        const ids = within(
          bytesMax,
          found.rows.map((row) => [textOf(row, "id"), numberOf(row, "bytes")]),
        );
        if (ids.length === 0) return { claimed: [], moved: 0 };
        const goes = `due_ms <= ${now} and started <= failed + 1`;
        await tx.query(
          `update ${outbox} set state = case when due_ms > ${now} then 1 when started > failed + 1 then 2 else 0 end,
  locked_until_ms = if(${goes}, ${now} + ?, 0), lease = lease + 1, started = if(${goes}, started + 1, started) where id in (${marks(ids)})`,
          [leaseMs, ...ids],
        );
        return claimOf((await tx.query(read(ids), ids)).rows, 0);
      }),
    claimSuspect: (runs, { leaseMs, types }) =>
      runs.transaction(async (tx) => {
        const [condition, names] = typed(types);
        const found = await tx.query(
          `select id from ${outbox} where shard is null and state = 2 and ${free}${condition} order by id limit 1 for update skip locked`,
          names,
        );
        const ids = found.rows.map((row) => textOf(row, "id"));
        if (ids.length === 0) return null;
        await tx.query(
          `update ${outbox} set locked_until_ms = ${now} + ?, lease = lease + 1, started = started + 1 where id = ?`,
          [leaseMs, ...ids],
        );
        return claimOf((await tx.query(read(ids), ids)).rows, 2).claimed[0] ?? null;
      }),
    async promote(runs, limit) {
      const { rows } = await runs.query(
        `select due_ms - ${now} as wait from ${outbox} where shard is null and state = 1 order by due_ms limit 1`,
      );
      const nextMs = rows[0] === undefined ? null : numberOrNull(rows[0], "wait");
      if (nextMs === null || nextMs > 0) return { promoted: 0, nextMs };
      const promoted = await runs.transaction(async (tx) => {
        const due = await tx.query(
          `select id from ${outbox} where shard is null and state = 1 and due_ms <= ${now} order by due_ms limit ${Math.trunc(limit)} for update skip locked`,
        );
        const ids = due.rows.map((row) => textOf(row, "id"));
        if (ids.length === 0) return 0;
        return (await tx.query(`update ${outbox} set state = 0, due_ms = 0 where id in (${marks(ids)})`, ids))
          .count;
      });
      return { promoted, nextMs: 0 };
    },
    ...mysqlSettling({ outbox, shard }),
    ...ordered({ outbox, shard }),
  };
}

function ordered({ outbox, shard }: Pick<RelayTables, "outbox" | "shard">) {
  return {
    async pending(runs, cursors, limit) {
      const one = `(select id, type, \`key\`, seq, shard, started, failed, ${size} as bytes, if(state = 1, greatest(due_ms - ${now}, 0), 0) as wait
from ${outbox} where shard = ? and (type > ? or (type = ? and \`key\` > ?)) order by shard, type, \`key\`, seq limit ${Math.trunc(limit)})`;
      const { rows } = await runs.query(
        cursors.map(() => one).join(" union all "),
        cursors.flatMap((cursor) => [cursor.shard, cursor.type, cursor.type, cursor.key]),
      );
      return rows.map(pendingOf);
    },
    claimOrdered: (runs, { ids, epochs, leaseMs }) =>
      runs.transaction(async (tx) => {
        const { rows } = await tx.query(
          `select o.id from ${outbox} o join ${shard} s on s.shard = o.shard where o.id in (${marks(ids)}) and (s.shard, s.epoch) in (${placeholders(epochs.size, 2)}) and s.until_ms > ${now} for update`,
          [...ids, ...[...epochs].flat()],
        );
        const mine = rows.map((row) => textOf(row, "id"));
        if (mine.length === 0) return [];
        await tx.query(
          `update ${outbox} set lease = lease + 1, locked_until_ms = ${now} + ?, started = started + 1, state = 0 where id in (${marks(mine)})`,
          [leaseMs, ...mine],
        );
        const read2 = await tx.query(readStatement(outbox, mine), mine);
        return read2.rows.map((row) => claimedOf(row, epochs.get(numberOf(row, "shard")) ?? null));
      }),
  } satisfies Partial<RelayStatements>;
}

function readStatement(outbox: string, ids: readonly string[]): string {
  return `select ${claimColumns("mysql")} from ${outbox} where id in (${marks(ids)})`;
}

/** The first ids whose sizes together stay within the budget; one at least. */
function within(bytesMax: number, found: readonly (readonly [string, number])[]): readonly string[] {
  let before = 0;
  const ids: string[] = [];
  for (const [id, bytes] of found) {
    if (ids.length > 0 && before >= bytesMax) break;
    ids.push(id);
    before += bytes;
  }
  return ids;
}

function typed(types: ClaimRequest["types"]): [string, readonly string[]] {
  if ("only" in types) return [` and type in (${marks(types.only)})`, types.only];
  return types.without.length === 0
    ? ["", []]
    : [` and type not in (${marks(types.without)})`, types.without];
}
