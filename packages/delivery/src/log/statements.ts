import type { Claimed } from "../relay/claimed.ts";
import { claimedOf } from "../relay/claimed.ts";
import { leaseMaxMs, type Runs } from "../relay/statements.ts";
import { nowMs, numberOf, textOf, textOrNull } from "../sql.ts";
import type { Row } from "../tx.ts";
import { beginning, type Cursor, isBehind, type Place } from "./cursor.ts";
import type { Between } from "./snapshot.ts";
import type { LogTables } from "./tables.ts";

/** Whose the log is: every write names both, and changes nothing once another relay has taken over. */
export interface Fence {
  readonly member: string;
  readonly epoch: number;
}

/** The log, taken over. */
export interface Taken {
  readonly epoch: number;
  readonly cursor: Cursor;
  /** How many readers before this one vanished without having got any further. */
  readonly crashes: number;
  /** The snapshot of the moment. */
  readonly now: string;
  /** Where the cursor's row lies. */
  readonly spot: string;
}

/** A message out of the log, and its place there. */
export interface Logged {
  readonly claimed: Claimed;
  readonly place: Place;
}

/** What to read. */
export interface Reading {
  readonly between: Between;
  readonly after: Place;
  readonly limit: number;
  /** No more than these bytes in all, but one message at least. */
  readonly bytesMax: number;
}

/** How to move the cursor on; without a cursor, the lease alone. */
export interface Move {
  readonly fence: Fence;
  readonly spot: string;
  readonly cursor: Cursor | null;
  readonly leaseMs: number;
  /** Whether readers that vanished are forgiven: this one got further. */
  readonly cleared: boolean;
}

/** What the reader of the log says to PostgreSQL. */
export interface LogStatements {
  /** Takes the log where nobody reads it, or who did let the lease run out. */
  take(runs: Runs, member: string, leaseMs: number): Promise<Taken | null>;
  /** Resolves to where the cursor's row lies now; null where the log is another relay's. */
  move(runs: Runs, move: Move): Promise<string | null>;
  /** Gives the log back, so that the next one need not wait. */
  free(runs: Runs, fence: Fence): Promise<void>;
  snapshot(runs: Runs): Promise<string>;
  read(runs: Runs, reading: Reading): Promise<readonly Logged[]>;
  /** Takes copies out of the queue that nobody has claimed: their messages were confirmed after all. */
  spare(runs: Runs, ids: readonly string[]): Promise<void>;
}

/** The statements on a store's tables. */
export function logStatements({ log, cursor, outbox }: LogTables): LogStatements {
  const now = nowMs.postgres;
  const moved = (spot: string): string => `update ${cursor} set until_ms = ${now} + $3::bigint,
  old = coalesce($4::pg_snapshot, old), next = case when $4::pg_snapshot is null then next else $5::pg_snapshot end,
  at_txid = coalesce($6::xid8, at_txid), at_lid = coalesce($7::bigint, at_lid),
  crashes = case when $8::boolean then 0 else crashes end
where ${spot} and id = 1 and owner = $1::uuid and epoch = $2::bigint returning ctid::text as spot`;
  const there = moved("ctid = $9::tid");
  const anywhere = moved("$9::text is not null");
  const columns = "id, type, source, key, content_type, headers, body, created_ms, txid, lid";
  const part = (condition: string): string =>
    `(select ${columns} from ${log} where ${condition} order by txid, lid limit $7::integer)`;
  const page = `select id::text as id, type, source, key, null as seq, null as shard, content_type, headers, body, created_ms,
  0 as lease, 1 as started, 0 as failed, null as history, ${now} as claimed_ms, txid::text as txid, lid::text as lid
from (select *, sum(bytes) over (order by txid, lid) - bytes as before from (
  select *, octet_length(body) + octet_length(headers) as bytes from (
    ${part("txid = any($1::xid8[]) and (txid, lid) > ($6::xid8, $9::bigint)")}
    union all
    ${part("(txid, lid) > ($2::xid8, $3::bigint) and txid < $4::xid8 and txid <> all($5::xid8[])")}
  ) found order by txid, lid limit $7::integer
) weighed) sized where before < $8::bigint order by sized.txid, sized.lid`;
  return {
    async take(runs, member, leaseMs) {
      // Who takes its own log again was away from the database, and has not vanished.
      const { rows } = await runs.query(
        `update ${cursor} set epoch = epoch + 1, until_ms = ${now} + $2::bigint, owner = $1::uuid,
  crashes = case when until_ms = 0 or owner = $1::uuid then crashes else crashes + 1 end
where id = 1 and (until_ms <= ${now} or until_ms > ${now} + ${leaseMaxMs} or owner = $1::uuid)
returning epoch, old::text as old, next::text as next, at_txid::text as txid, at_lid::text as lid, crashes, pg_current_snapshot()::text as now, ctid::text as spot`,
        [member, leaseMs],
        "log-take",
      );
      return rows[0] === undefined ? null : takenOf(rows[0]);
    },
    async move(runs, { fence, spot, cursor: to, leaseMs, cleared }) {
      const params = [
        ...[fence.member, fence.epoch, leaseMs, to?.old ?? null, to?.next ?? null],
        ...[to === null ? null : String(to.at.txid), to === null ? null : String(to.at.lid), cleared, spot],
      ];
      // By its place: under a held snapshot its earlier versions stay, and an index would lead past them all.
      const { rows } = await runs.query(there, params, "log-move");
      const found = rows[0] ?? (await runs.query(anywhere, params, "log-move-anywhere")).rows[0];
      return found === undefined ? null : textOf(found, "spot");
    },
    async free(runs, { member, epoch }) {
      await runs.query(
        `update ${cursor} set until_ms = 0 where id = 1 and owner = $1::uuid and epoch = $2::bigint`,
        [member, epoch],
      );
    },
    async snapshot(runs) {
      const { rows } = await runs.query("select pg_current_snapshot()::text as snapshot", [], "log-snapshot");
      return textOf(rows[0] ?? {}, "snapshot");
    },
    async read(runs, { between, after, limit, bytesMax }) {
      const { late, from, to, open } = between;
      const begin = after.txid >= from ? after : { txid: from, lid: 0n };
      const params = [texts(late.filter((xid) => xid >= after.txid)), String(begin.txid), String(begin.lid)];
      const more = [String(to), texts(open), String(after.txid), limit, bytesMax, String(after.lid)];
      const { rows } = await runs.query(page, [...params, ...more], "log-page");
      return rows.map(loggedOf);
    },
    async spare(runs, ids) {
      await runs.query(
        `delete from ${outbox} where id = any($1::uuid[]) and lease = 0 and started = 0`,
        [ids],
        "log-spare",
      );
    },
  };
}

const texts = (numbers: readonly bigint[]): readonly string[] => numbers.map(String);

function placeOf(row: Row): Place {
  return { txid: BigInt(textOf(row, "txid")), lid: BigInt(textOf(row, "lid")) };
}

function loggedOf(row: Row): Logged {
  return { claimed: claimedOf(row), place: placeOf(row) };
}

function takenOf(row: Row): Taken {
  const place = placeOf(row);
  return {
    epoch: numberOf(row, "epoch"),
    cursor: {
      old: textOf(row, "old"),
      next: textOrNull(row, "next"),
      at: isBehind(place, beginning) ? place : beginning,
    },
    crashes: numberOf(row, "crashes"),
    now: textOf(row, "now"),
    spot: textOf(row, "spot"),
  };
}
