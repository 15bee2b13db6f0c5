import { nowMs, numberOf, numberOrNull, textOf } from "../../sql.ts";
import { claimColumns, claimedOf, claimOf, type Token } from "../claimed.ts";
import {
  type ClaimRequest,
  leaseMaxMs,
  type RelaySession,
  type RelayStatements,
  type RelayTables,
} from "../statements.ts";
import { pendingOf } from "./pending.ts";

const now = `(select ${nowMs.postgres})`;
const free = `(locked_until_ms <= ${now} or locked_until_ms > ${now} + ${leaseMaxMs})`;
const returning = `returning ${claimColumns("postgres", "o.")}`;
const nilUuid = "00000000-0000-0000-0000-000000000000";

/** The relay's statements for PostgreSQL. Lists go as arrays, so that one text serves every length. */
export function postgresStatements({ outbox, shard }: RelayTables): RelayStatements {
  // `= any(array(...))`: the planner may run `in (select ... limit)` once per row and claim more than was asked for (pg-boss).
  const claim = (types: string): string => `with t as materialized (select ${nowMs.postgres} as at)
update ${outbox} o set
  state = case when o.due_ms > t.at then 1 when o.started > o.failed + 1 then 2 else 0 end,
  lease = o.lease + 1,
  locked_until_ms = case when o.due_ms <= t.at and o.started <= o.failed + 1 then t.at + $1::bigint else 0 end,
  started = case when o.due_ms <= t.at and o.started <= o.failed + 1 then o.started + 1 else o.started end
from t where o.id = any(array(
  select id from (
    select id, sum(bytes) over (order by id) - bytes as before from (
      select id, octet_length(body) + octet_length(headers) as bytes from ${outbox}
      where state = 0 and shard is null and id >= $2::uuid and ${free} and ${types}
      order by id limit $4::integer for update skip locked
    ) locked
  ) sized where before < $5::bigint))
${returning}`;
  const without = claim("type <> all($3::text[])");
  const only = claim("type = any($3::text[])");
  const suspect = (types: string): string => `update ${outbox} o set
  lease = o.lease + 1, locked_until_ms = ${nowMs.postgres} + $1::bigint, started = o.started + 1
where o.id = any(array(
  select id from ${outbox} where state = 2 and shard is null and ${free} and ${types} order by id limit 1 for update skip locked))
${returning}`;
  const suspectWithout = suspect("type <> all($2::text[])");
  const suspectOnly = suspect("type = any($2::text[])");
  return {
    async claim(runs, { limit, bytesMax, from, types, leaseMs }) {
      const [sql, names, name] = typed(types, [without, "claim"], [only, "claim-only"]);
      const { rows } = await runs.query(sql, [leaseMs, from ?? nilUuid, names, limit, bytesMax], name);
      return claimOf(rows, 0);
    },
    async claimSuspect(runs, { leaseMs, types }) {
      const [sql, names, name] = typed(types, [suspectWithout, "suspect"], [suspectOnly, "suspect-only"]);
      const { rows } = await runs.query(sql, [leaseMs, names], name);
      return claimOf(rows, 2).claimed[0] ?? null;
    },
    async promote(runs, limit) {
      const { count } = await runs.query(
        `update ${outbox} o set state = 0, due_ms = 0 where o.id = any(array(
  select id from ${outbox} where state = 1 and shard is null and due_ms <= ${now} order by due_ms limit $1::integer for update skip locked))`,
        [limit],
        "promote",
      );
      const { rows } = await runs.query(
        `select min(due_ms) - ${nowMs.postgres} as wait from ${outbox} where state = 1 and shard is null`,
        [],
        "next-due",
      );
      return { promoted: count, nextMs: rows[0] === undefined ? null : numberOrNull(rows[0], "wait") };
    },
    ...settling({ outbox, shard }),
    ...ordered({ outbox, shard }),
  };
}

function settling({ outbox, shard }: Pick<RelayTables, "outbox" | "shard">) {
  const plain = `delete from ${outbox} o using unnest($1::uuid[], $2::integer[]) as t(id, lease)
where o.id = t.id and o.lease = t.lease`;
  const sharded = `delete from ${outbox} o using unnest($1::uuid[], $2::integer[], $3::bigint[]) as t(id, lease, epoch), ${shard} s
where o.id = t.id and o.lease = t.lease and s.shard = o.shard and s.epoch = t.epoch and s.until_ms > ${now}`;
  const remove = async (runs: Pick<RelaySession, "query">, tokens: readonly Token[]): Promise<number> => {
    const free = tokens.filter(({ epoch }) => epoch === null);
    const bound = tokens.filter(({ epoch }) => epoch !== null);
    let count = 0;
    if (free.length > 0) count += (await runs.query(plain, [ids(free), leases(free)], "settle")).count;
    if (bound.length > 0)
      count += (await runs.query(sharded, [ids(bound), leases(bound), epochs(bound)], "settle-ordered"))
        .count;
    return count;
  };
  return {
    settle: remove,
    remove: async (tx, token) => (await remove(tx, [token])) === 1,
    async fail(runs, failures) {
      const tokens = failures.map(({ token }) => token);
      const { count } = await runs.query(
        `update ${outbox} o set failed = o.failed + 1, state = 1, due_ms = ${nowMs.postgres} + t.wait, locked_until_ms = 0, history = t.history
from unnest($1::uuid[], $2::integer[], $3::bigint[], $4::text[]) as t(id, lease, wait, history) where o.id = t.id and o.lease = t.lease`,
        [ids(tokens), leases(tokens), waits(failures), failures.map(({ history }) => history)],
        "fail",
      );
      return count;
    },
    async release(runs, releases) {
      const tokens = releases.map(({ token }) => token);
      const { count } = await runs.query(
        `update ${outbox} o set locked_until_ms = 0, started = greatest(o.started - 1, 0),
  state = case when t.wait > 0 then 1 else o.state end, due_ms = case when t.wait > 0 then ${nowMs.postgres} + t.wait else o.due_ms end
from unnest($1::uuid[], $2::integer[], $3::bigint[]) as t(id, lease, wait) where o.id = t.id and o.lease = t.lease`,
        [ids(tokens), leases(tokens), waits(releases)],
        "release",
      );
      return count;
    },
    async extend(runs, tokens, leaseMs) {
      const { rows } = await runs.query(
        `update ${outbox} o set locked_until_ms = ${nowMs.postgres} + $3::bigint
from unnest($1::uuid[], $2::integer[]) as t(id, lease) where o.id = t.id and o.lease = t.lease returning o.id::text as id`,
        [ids(tokens), leases(tokens), leaseMs],
        "extend",
      );
      return new Set(rows.map((row) => textOf(row, "id")));
    },
  } satisfies Partial<RelayStatements>;
}

function ordered({ outbox, shard }: Pick<RelayTables, "outbox" | "shard">) {
  return {
    async pending(runs, cursors, limit) {
      const { rows } = await runs.query(
        `with t as materialized (select ${nowMs.postgres} as at)
select q.* from t cross join unnest($1::smallint[], $2::text[], $3::text[]) as c(shard, type, key) cross join lateral (
  select o.id::text as id, o.type, o.key, o.seq, o.shard, o.started, o.failed, octet_length(o.body) + octet_length(o.headers) as bytes,
    case when o.state = 1 then greatest(o.due_ms - t.at, 0) else 0 end as wait
  from ${outbox} o where o.shard = c.shard and (o.type, o.key) > (c.type, c.key) order by o.type, o.key, o.seq limit $4::integer) q`,
        [
          cursors.map((cursor) => cursor.shard),
          cursors.map(({ type }) => type),
          cursors.map(({ key }) => key),
          limit,
        ],
        "pending",
      );
      return rows.map(pendingOf);
    },
    async claimOrdered(runs, { ids: wanted, epochs: known, leaseMs }) {
      const { rows } = await runs.query(
        `update ${outbox} o set lease = o.lease + 1, locked_until_ms = ${nowMs.postgres} + $2::bigint, started = o.started + 1, state = 0
from unnest($3::smallint[], $4::bigint[]) as t(number, epoch), ${shard} s
where o.id = any($1::uuid[]) and o.shard = t.number and s.shard = t.number and s.epoch = t.epoch and s.until_ms > ${now}
${returning}`,
        [wanted, leaseMs, [...known.keys()], [...known.values()]],
        "claim-ordered",
      );
      return rows.map((row) => claimedOf(row, known.get(numberOf(row, "shard")) ?? null));
    },
  } satisfies Partial<RelayStatements>;
}

function typed(
  types: ClaimRequest["types"],
  without: readonly [string, string],
  only: readonly [string, string],
): [string, readonly string[], string] {
  return "only" in types ? [only[0], types.only, only[1]] : [without[0], types.without, without[1]];
}

const ids = (tokens: readonly Token[]): readonly string[] => tokens.map(({ id }) => id);
const leases = (tokens: readonly Token[]): readonly number[] => tokens.map(({ lease }) => lease);
const epochs = (tokens: readonly Token[]): readonly (number | null)[] => tokens.map(({ epoch }) => epoch);
const waits = (list: readonly { readonly waitMs: number }[]): readonly number[] =>
  list.map(({ waitMs }) => Math.ceil(waitMs));
