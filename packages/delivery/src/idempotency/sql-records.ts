import { createHash } from "node:crypto";
import { bytesOf, nowMs, numberOf, numberOrNull, textOf } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Dialect, Row, SqlValue, Tx } from "../tx.ts";
import type {
  Condition,
  IdempotencyRecords,
  IdempotencyStore,
  RecordDraft,
  RecordState,
  Seen,
  Steps,
  StoredResponse,
} from "./record.ts";

const states: readonly RecordState[] = ["running", "completed", "failed"];

/**
 * Idempotency keys in the database of a store. Each operation outside of the caller's work is a short transaction of its own; within it,
 * an INSERT of a key that another transaction is inserting waits for that one to end.
 */
export function sqlIdempotency(store: Store): IdempotencyStore {
  const texts = statementsOf(store.dialect, store.tables.of("idempotency"));
  const recordsIn = (tx: Tx): IdempotencyRecords => recordsOn(tx, texts);
  return {
    kind: store.dialect,
    guarantees: { durable: store.guarantees.durable, transactional: true },
    records: {
      find: (entry) => store.transaction((tx) => recordsIn(tx).find(entry)),
      insert: (entry, draft) => store.transaction((tx) => recordsIn(tx).insert(entry, draft)),
      replace: (entry, condition, draft) =>
        store.transaction((tx) => recordsIn(tx).replace(entry, condition, draft)),
    },
    database: { store, recordsIn },
  };
}

interface Texts {
  /** What names of prepared statements end with: two tables may be used on one connection. */
  readonly tag: string;
  readonly find: string;
  readonly insert: string;
  readonly update: string;
  readonly remove: string;
  /** What follows `update` and `remove`, by the condition; the first placeholder has the number `at`. */
  where(condition: Condition["kind"], at: number): string;
}

const columns = [
  "token",
  "fingerprint",
  "state",
  "attempt",
  "steps",
  "status",
  "headers",
  "body",
  "replayable",
];

function statementsOf(dialect: Dialect, table: string): Texts {
  const mark = (at: number): string => (dialect === "postgres" ? `$${at}` : "?");
  const now = nowMs[dialect];
  const key = dialect === "mysql" ? "`key`" : "key";
  const after = (at: number): string =>
    dialect === "postgres" ? `${now} + ${mark(at)}::bigint` : `${now} + ${mark(at)}`;
  const until = (at: number): string =>
    `case when ${dialect === "postgres" ? `${mark(at)}::bigint` : mark(at)} = 0 then 0 else ${after(at + 1)} end`;
  const ignore = dialect === "mysql" ? "insert ignore" : "insert";
  const conflict = dialect === "mysql" ? "" : " on conflict do nothing";
  const count = columns.length;
  return {
    tag: createHash("sha256").update(table).digest("hex").slice(0, 12),
    find: `select ${columns.join(", ")}, until_ms, expires_ms, ${now} as now_ms from ${table} where scope = ${mark(1)} and ${key} = ${mark(2)}`,
    insert: `${ignore} into ${table} (${columns.join(", ")}, until_ms, expires_ms, scope, ${key}) values (${columns.map((_, at) => mark(at + 1)).join(", ")}, ${until(count + 1)}, ${after(count + 3)}, ${mark(count + 4)}, ${mark(count + 5)})${conflict}`,
    update: `update ${table} set ${columns.map((name, at) => `${name} = ${mark(at + 1)}`).join(", ")}, until_ms = ${until(count + 1)}, expires_ms = ${after(count + 3)}`,
    remove: `delete from ${table}`,
    where: (kind, at) =>
      ` where scope = ${mark(at)} and ${key} = ${mark(at + 1)} and token = ${mark(at + 2)} and ${kind === "held" ? "state = 0" : `until_ms = ${mark(at + 3)}`}`,
  };
}

function recordsOn(tx: Tx, texts: Texts): IdempotencyRecords {
  return {
    async find({ scope, key }) {
      const { rows } = await tx.query(texts.find, [scope, key], `hf_idem_find_${texts.tag}`);
      return rows[0] === undefined ? null : seenOf(rows[0]);
    },
    async insert({ scope, key }, draft) {
      const { count } = await tx.query(
        texts.insert,
        [...valuesOf(draft), scope, key],
        `hf_idem_insert_${texts.tag}`,
      );
      return count > 0;
    },
    async replace({ scope, key }, condition, draft) {
      const written = draft === null ? [] : valuesOf(draft);
      const text = draft === null ? texts.remove : texts.update;
      const { count } = await tx.query(
        text + texts.where(condition.kind, written.length + 1),
        [...written, scope, key, condition.token, ...(condition.kind === "seen" ? [condition.untilMs] : [])],
        `hf_idem_${draft === null ? "remove" : "update"}_${condition.kind}_${texts.tag}`,
      );
      return count > 0;
    },
  };
}

function valuesOf(draft: RecordDraft): readonly SqlValue[] {
  const { response } = draft;
  return [
    draft.token,
    draft.fingerprint,
    states.indexOf(draft.state),
    draft.attempt,
    JSON.stringify(draft.steps),
    response?.status ?? null,
    response === null ? null : JSON.stringify(response.headers),
    response?.body ?? null,
    response?.replayable === true ? 1 : 0,
    draft.leaseMs,
    draft.leaseMs,
    draft.ttlMs,
  ];
}

function seenOf(row: Row): Seen {
  return {
    token: textOf(row, "token"),
    fingerprint: textOf(row, "fingerprint"),
    state: states[numberOf(row, "state")] ?? "failed",
    attempt: numberOf(row, "attempt"),
    steps: JSON.parse(textOf(row, "steps")) as Steps,
    response: responseOf(row),
    nowMs: numberOf(row, "now_ms"),
    untilMs: numberOf(row, "until_ms"),
    expiresMs: numberOf(row, "expires_ms"),
  };
}

function responseOf(row: Row): StoredResponse | null {
  const status = numberOrNull(row, "status");
  if (status === null) return null;
  const body = row["body"];
  return {
    status,
    headers: JSON.parse(textOf(row, "headers")) as StoredResponse["headers"],
    body: body === null || body === undefined ? null : bytesOf(row, "body"),
    replayable: numberOf(row, "replayable") === 1,
  };
}
