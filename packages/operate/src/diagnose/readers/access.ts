import type { Fields, LineReader } from "../../traffic/line-format.ts";
import { accessFields, hostOf, present, requestOf } from "../../traffic/read-access.ts";
import type { RequestSeen } from "../../traffic/seen.ts";
import { type AccessTold, nothingTold, type Told } from "../entry.ts";

/** What a line of an access log tells. */
export interface AccessLine {
  readonly told: Told;
  readonly access: AccessTold;
  /** When the request had ended, or else when it began: milliseconds since 1970. */
  readonly atMs: number | null;
  readonly trace: string | null;
}

/** Reads a line by the readers that `judge --passive` has; `null` where it is no line of an access log. */
export function readAccessLine(text: string, custom: LineReader | null): AccessLine | null {
  const fields = accessFields(text, custom);
  const seen = fields === null ? null : requestOf(fields, { file: 0, line: 0, text: "" });
  if (fields === null || seen === null) return null;
  const firstByte = fields.get("first-byte-s");
  const access: AccessTold = {
    flags: fields.has("flags") ? (present(fields.get("flags")) ?? "") : null,
    unanswered: firstByte !== undefined && !/\d/.test(firstByte),
    outbound: seen.side === "out",
    leftByClient: seen.ending === "given-up",
  };
  const told = toldBy(fields, seen, access);
  return { told, access, atMs: seen.endMs ?? seen.startMs, trace: seen.trace };
}

function toldBy(fields: Fields, seen: RequestSeen, access: AccessTold): Told {
  const told = nothingTold();
  const { method, target, startMs, endMs, tries } = seen;
  told.method = method;
  told.path = target;
  told.status = present(fields.get("status"));
  told.request = seen.request;
  told.dependency = calledIn(fields, access);
  if (startMs !== null && endMs !== null) told.durationMs = endMs - startMs;
  if (tries > 1) told.attempts = tries;
  if (Number(told.status) >= 400 || Number(told.status) < 100) told.operation = operationOf(method, target);
  return told;
}

/** Envoy names whom it calls by a cluster, or else as its caller did; nginx by the upstream only, for the host that it logs is its own. */
function calledIn(fields: Fields, { flags }: AccessTold): string | null {
  const told = (field: "cluster" | "authority" | "upstream"): string | null =>
    hostOf(present(present(fields.get(field))?.split("|").at(-1)));
  const named = told("cluster");
  if (named !== null) return named;
  return flags !== null ? (told("authority") ?? told("upstream")) : told("upstream");
}

/** A path without what differs from one request to the next. */
function operationOf(method: string, target: string): string {
  const path = (target.split("?", 1)[0] ?? "").slice(0, 200);
  return `${method} ${path.replaceAll(/\/[^/]*\d[^/]*/g, (segment) => (/^\/v\d+$/.test(segment) ? segment : "/*"))}`;
}
