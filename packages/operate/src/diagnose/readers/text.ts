import { nothingTold, type Told } from "../entry.ts";
import { readPairs } from "./logfmt.ts";

const level =
  /\b(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL|SEVERE|emerg|alert|crit|error|warn|notice|info)\b/;
const bracketed = /\[([A-Za-z][\w.-]{1,40})\]/g;
const trace =
  /\b(?:trace[-_]?(?:id)?|traceparent)[=: ]{1,2}"?(?:00-)?([0-9a-f]{32})\b|\b00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\b/i;
const request = /\b(?:request|req|correlation)[-_ ]?(?:id)?[-=: ]"?([\w-]*\d[\w-]*)/i;
const status =
  /\b(?:answered|responded(?: with)?|returned|status(?: code)?[=: ]|HTTP(?:\/\d(?:\.\d)?)?"?)\s{0,2}([1-5]\d\d)\b/i;
const access = /"([A-Z]{3,7}) (\S{1,300}) HTTP\/\d(?:\.\d)?" ([1-5]\d\d)\b/;
const called =
  /\bupstream:? "?(?:https?:\/\/)?([\w-][\w.-]*)|\b(?:calling|calls? to|requests? to|connecting to|connect(?:ion)? to)\s(?:the )?"?(?:https?:\/\/)?([A-Za-z][\w.-]*)/i;
const duration = /\b(?:in|after|took) (\d{1,8}(?:\.\d+)?) ?(ms|s)\b/;
const stateNames: readonly string[] = ["error", "warn", "info", "notice", "debug", "crit", "alert", "emerg"];

/** What a line of plain text tells: the words that most loggers agree on. */
export function readText(text: string): Told {
  const told = nothingTold();
  told.message = text;
  if (text.includes("=")) readPairs(told, text);
  told.level ??= level.exec(text)?.[1] ?? null;
  if (told.service === null && text.includes("[")) told.service = serviceIn(text);
  const traced = text.length > 32 ? trace.exec(text) : null;
  if (traced !== null) told.trace = traced[1] ?? traced[2] ?? null;
  told.request ??= request.exec(text)?.[1] ?? null;
  answered(told, text);
  const to = told.dependency === null ? called.exec(text) : null;
  if (to !== null) told.dependency = to[1] ?? to[2] ?? null;
  return told;
}

function answered(told: Told, text: string): void {
  const line = text.includes("HTTP/") ? access.exec(text) : null;
  if (line !== null) {
    [, told.method = null, told.path = null, told.status = null] = line;
    return;
  }
  told.status ??= status.exec(text)?.[1] ?? null;
  const took = duration.exec(text);
  if (told.durationMs === null && took !== null)
    told.durationMs = Number(took[1]) * (took[2] === "s" ? 1000 : 1);
}

function serviceIn(text: string): string | null {
  bracketed.lastIndex = 0;
  for (let found = bracketed.exec(text); found !== null; found = bracketed.exec(text))
    if (!stateNames.includes((found[1] ?? "").toLowerCase())) return found[1] ?? null;
  return null;
}
