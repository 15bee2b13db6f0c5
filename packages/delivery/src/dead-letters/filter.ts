import { parseDuration } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import { nowMs } from "../sql.ts";
import type { Dialect, SqlValue } from "../tx.ts";
import { isUuid } from "../uuid7.ts";
import { type DeadReason, deadReasons } from "./dead-letter.ts";

/** A moment by the database's clock: milliseconds since 1970 UTC, or how long ago, such as `2h`. */
export type Moment = number | string;

/** Which letters are meant: all of what is given has to hold. Nothing given is all of them. */
export interface DeadLetterFilter {
  /** Ids of letters. */
  readonly ids?: readonly string[];
  /** A message's name, or the kind of message. */
  readonly type?: string | { readonly type: string };
  readonly consumer?: string;
  readonly origin?: "relay" | "consumer";
  readonly reason?: DeadReason;
  readonly key?: string;
  readonly messageId?: string;
  /** Given up at this moment or later. */
  readonly since?: Moment;
  /** Given up at this moment or before. */
  readonly until?: Moment;
  /** Part of the error's text, in any case. */
  readonly text?: string;
  /** Redriven this many times at most: leaves out what loops. */
  readonly redrivesMax?: number;
}

/** Collects parameters and hands out their placeholders in the dialect's words. */
export interface Binder {
  readonly params: SqlValue[];
  /** The placeholder of a value; `type` is PostgreSQL's name for what it is. */
  bind(value: SqlValue, type?: string): string;
}

/** A binder for a statement. */
export function binderOf(dialect: Dialect): Binder {
  const params: SqlValue[] = [];
  return {
    params,
    bind(value, type) {
      params.push(value);
      if (dialect !== "postgres") return "?";
      return type === undefined ? `$${params.length}` : `$${params.length}::${type}`;
    },
  };
}

/** The clause of a filter; throws CONFIGURATION for what is no id, no reason and no moment. */
export function conditionsOf(dialect: Dialect, filter: DeadLetterFilter, binder: Binder): string {
  const parts = [
    ...idConditions(filter, binder),
    ...equalities(dialect, filter, binder),
    ...momentConditions(dialect, filter, binder),
    ...textConditions(dialect, filter, binder),
  ];
  if (filter.redrivesMax !== undefined) parts.push(`redrives <= ${binder.bind(filter.redrivesMax, "int")}`);
  return parts.length === 0 ? "true" : parts.join(" and ");
}

/** Whether a filter names anything at all. */
export function isEmptyFilter(filter: DeadLetterFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

function idConditions({ ids, messageId }: DeadLetterFilter, binder: Binder): readonly string[] {
  const parts: string[] = [];
  if (ids !== undefined) {
    const marks = ids.map((id) => binder.bind(uuidOf("ids", id), "uuid"));
    parts.push(marks.length === 0 ? "false" : `id in (${marks.join(", ")})`);
  }
  if (messageId !== undefined)
    parts.push(`message_id = ${binder.bind(uuidOf("messageId", messageId), "uuid")}`);
  return parts;
}

function uuidOf(option: string, id: string): string {
  const lower = id.toLowerCase();
  if (isUuid(lower)) return lower;
  throw new DeliveryError("CONFIGURATION", `${option}: ${JSON.stringify(id)} is no UUID.`);
}

function equalities(dialect: Dialect, filter: DeadLetterFilter, binder: Binder): readonly string[] {
  const { type, consumer, origin, reason, key } = filter;
  if (reason !== undefined && !deadReasons.includes(reason))
    throw new DeliveryError(
      "CONFIGURATION",
      `reason is ${JSON.stringify(reason)}; it is one of ${deadReasons.join(", ")}.`,
    );
  const columns = {
    type: typeof type === "object" || typeof type === "function" ? type.type : type,
    consumer,
    origin,
    reason,
    [dialect === "mysql" ? "`key`" : "key"]: key,
  };
  return Object.entries(columns).flatMap(([column, value]) =>
    value === undefined ? [] : [`${column} = ${binder.bind(value, "text")}`],
  );
}

function momentConditions(dialect: Dialect, filter: DeadLetterFilter, binder: Binder): readonly string[] {
  const parts: string[] = [];
  if (filter.since !== undefined)
    parts.push(`dead_ms >= ${momentSql(dialect, "since", filter.since, binder)}`);
  if (filter.until !== undefined)
    parts.push(`dead_ms <= ${momentSql(dialect, "until", filter.until, binder)}`);
  return parts;
}

function momentSql(dialect: Dialect, option: string, moment: Moment, binder: Binder): string {
  if (typeof moment === "number") return binder.bind(momentMs(option, moment, 0), "bigint");
  return `${nowMs[dialect]} - ${binder.bind(-momentMs(option, moment, 0), "bigint")}`;
}

/** A moment in milliseconds since 1970, when it is `now`; throws CONFIGURATION for what is none. */
export function momentMs(option: string, moment: Moment, now: number): number {
  if (typeof moment === "number" && Number.isFinite(moment)) return Math.floor(moment);
  const reading = parseDuration(moment);
  if (reading.ok) return now - Math.round(reading.value);
  throw new DeliveryError(
    "CONFIGURATION",
    `${option} is ${JSON.stringify(moment)}; it takes milliseconds since 1970, or how long ago as ${reading.expected}.`,
  );
}

/** No LIKE: what operators paste out of a log holds per cents and underscores. */
function textConditions(dialect: Dialect, { text }: DeadLetterFilter, binder: Binder): readonly string[] {
  if (text === undefined || text === "") return [];
  const find = dialect === "postgres" ? "strpos" : "instr";
  return [`${find}(lower(error), lower(${binder.bind(text, "text")})) > 0`];
}
