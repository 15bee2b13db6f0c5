import { nowMs, placeholders, textOf } from "../../sql.ts";
import type { SqlValue } from "../../tx.ts";
import type { Token } from "../claimed.ts";
import type { RelayStatements, RelayTables, Release, Runs } from "../statements.ts";

const now = nowMs.mysql;

/** The part of the statements for MariaDB and MySQL that takes rows away, puts them back and keeps them. */
export function mysqlSettling({
  outbox,
  shard,
}: Pick<RelayTables, "outbox" | "shard">): Pick<
  RelayStatements,
  "settle" | "remove" | "fail" | "release" | "extend"
> {
  const remove = async (runs: Runs, tokens: readonly Token[]): Promise<number> => {
    const free = tokens.filter(({ epoch }) => epoch === null);
    const bound = tokens.filter(({ epoch }) => epoch !== null);
    let count = 0;
    if (free.length > 0) {
      const [condition, values] = fenced(free);
      count += (await runs.query(`delete from ${outbox} where ${condition}`, values)).count;
    }
    if (bound.length > 0) {
      const { count: deleted } = await runs.query(
        `delete o from ${outbox} o join ${shard} s on s.shard = o.shard where o.id in (${marks(bound)}) and (o.id, o.lease, s.epoch) in (${placeholders(bound.length, 3)}) and s.until_ms > ${now}`,
        [...bound.map(({ id }) => id), ...bound.flatMap(({ id, lease, epoch }) => [id, lease, epoch])],
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
    async release(runs, releases) {
      const later = releases.filter(({ waitMs }) => waitMs > 0);
      let count = await releaseSome(
        runs,
        outbox,
        releases.filter(({ waitMs }) => !(waitMs > 0)),
        0,
      );
      for (const one of later) count += await releaseSome(runs, outbox, [one], Math.ceil(one.waitMs));
      return count;
    },
    extend: (runs, tokens, leaseMs) =>
      runs.transaction(async (tx) => {
        const [condition, values] = fenced(tokens);
        const moved = `update ${outbox} set locked_until_ms = ${now} + ? where ${condition}`;
        await tx.query(moved, [leaseMs, ...values]);
        const { rows } = await tx.query(`select id from ${outbox} where ${condition}`, values);
        return new Set(rows.map((row) => textOf(row, "id")));
      }),
  };
}

async function releaseSome(
  runs: Runs,
  outbox: string,
  list: readonly Release[],
  waitMs: number,
): Promise<number> {
  if (list.length === 0) return 0;
  const [condition, values] = fenced(list.map(({ token }) => token));
  const later = waitMs > 0 ? `, state = 1, due_ms = ${now} + ${waitMs}` : "";
  const { count } = await runs.query(
    `update ${outbox} set locked_until_ms = 0, started = greatest(started - 1, 0)${later} where ${condition}`,
    values,
  );
  return count;
}

/** The condition for rows under their leases. The ids stand alone as well: MariaDB finds no range in a list of pairs. */
function fenced(tokens: readonly Token[]): [string, readonly SqlValue[]] {
  return [
    `id in (${marks(tokens)}) and (id, lease) in (${placeholders(tokens.length, 2)})`,
    [...tokens.map(({ id }) => id), ...tokens.flatMap(({ id, lease }) => [id, lease])],
  ];
}

/** `?, ?, ?`: a placeholder for each. */
export function marks(list: readonly unknown[]): string {
  return list.map(() => "?").join(", ");
}
