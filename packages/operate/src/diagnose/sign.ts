import { accessSign } from "./access-sign.ts";
import type { FailureClass } from "./classes/failure-class.ts";
import { classOf, classOfStatus, classOfWords } from "./classes/index.ts";
import { dependencyOf } from "./dependency.ts";
import type { Entry } from "./entry.ts";

/** What an entry is a sign of. */
export type Sign =
  | { readonly kind: "nothing" }
  | { readonly kind: "success"; readonly dependency: string | null }
  | {
      /** What a service or a proxy answered its own caller. */
      readonly kind: "answered";
      readonly failed: boolean;
      /** Whom a proxy asked for it; `null` where the line names nobody. */
      readonly dependency: string | null;
      /** `null`: nothing failed. */
      readonly class: FailureClass | null;
    }
  | {
      readonly kind: "breaker";
      readonly dependency: string | null;
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly kind: "failure";
      readonly dependency: string | null;
      readonly class: FailureClass;
      /** A status or a code says so, and not only a message for people. */
      readonly explicit: boolean;
    };

const nothing: Sign = { kind: "nothing" };
const state = /^(?:open|closed|half[-_ ]?open|forced-open|disabled)$/i;
const stateLine =
  /\b(?:circuit|breaker)\b.{0,60}?\b(open|closed|half[-_ ]?open)(?:ed)?\b(?:.{0,20}\bwas (open|closed|half-open)\b)?/i;
const failing =
  /\b(?:fail(?:ed|ure|s)?|error|exception|refused|rejected|timed? ?out|could not|unable to|gave up|panic)\b/i;
const answeredWith = /\b(?:answered|returned|responded(?: with)?|status(?: code)?)[ :=]{1,2}([3-5]\d\d)\b/i;
const succeeded = /\b(?:succeeded|success|completed|paid|ok)\b/i;

/** What an entry is a sign of: statuses and codes before messages. */
export function signOf(entry: Entry): Sign {
  const status = statusOf(entry.told.status);
  if (entry.access !== undefined) return accessSign(entry, entry.access, status ?? 0);
  const breaker = breakerSign(entry);
  if (breaker !== null) return breaker;
  return status !== null && isOwnAnswer(entry) ? ownAnswer(status) : saidSign(entry, status);
}

function saidSign(entry: Entry, status: number | null): Sign {
  const { told } = entry;
  const found =
    byStatus(status) ?? byCode(entry) ?? byStatusInWords(entry) ?? (isLoud(entry) ? byWords(entry) : null);
  if (found !== null)
    return { kind: "failure", dependency: dependencyOf(entry) ?? found.class.dependency ?? null, ...found };
  if (status !== null && status >= 200) return { kind: "success", dependency: dependencyOf(entry) };
  if (isLoud(entry)) return nothing;
  const said = told.event ?? told.message ?? "";
  return succeeded.test(said.slice(0, 200)) ? { kind: "success", dependency: null } : nothing;
}

function statusOf(told: string | number | null): number | null {
  const number =
    typeof told === "number" ? told : told !== null && /^\d{3}$/.test(told) ? Number(told) : null;
  return number !== null && number >= 100 && number <= 599 ? number : null;
}

function ownAnswer(status: number): Sign {
  const failed = status >= 500;
  return { kind: "answered", failed, dependency: null, class: failed ? classOfStatus(status) : null };
}

/** What a service logs of a request to it: what the service itself answered, which is no failure of anybody it calls. */
function isOwnAnswer({ told }: Entry): boolean {
  return told.dependency === null && told.method !== null && (told.path ?? "").startsWith("/");
}

function breakerSign(entry: Entry): Sign | null {
  const { told } = entry;
  if (told.to !== null && told.from !== null && state.test(told.to) && state.test(told.from))
    return {
      kind: "breaker",
      dependency: dependencyOf(entry),
      from: stateName(told.from),
      to: stateName(told.to),
    };
  const said = told.message ?? "";
  if (!/circuit|breaker/i.test(said) || told.code !== null) return null;
  const found = stateLine.exec(said.slice(0, 300));
  if (found === null || /\bis open\b|not permitted|reject/i.test(said)) return null;
  return {
    kind: "breaker",
    dependency: dependencyOf(entry),
    from: stateName(found[2] ?? "unknown"),
    to: stateName(found[1] ?? "unknown"),
  };
}

function stateName(told: string): string {
  return told.toLowerCase().replace(/^half[-_ ]?open$/, "half-open");
}

type Found = Pick<Extract<Sign, { kind: "failure" }>, "class" | "explicit">;

function byStatus(status: number | null): Found | null {
  if (status === null || status < 300) return null;
  const found = classOfStatus(status);
  return found === null ? null : { class: found, explicit: true };
}

/** A status within the reason that a line gives. */
function byStatusInWords({ told }: Entry): Found | null {
  const found = told.reason === null ? null : answeredWith.exec(told.reason.slice(0, 300));
  return found === null ? null : byStatus(Number(found[1]));
}

function byCode({ told }: Entry): Found | null {
  const inner = told.errorCode === null ? null : classOfWords(told.errorCode);
  if (inner !== null && inner.kind !== "vague") return { class: inner, explicit: true };
  const outer = told.code === null ? null : classOfWords(told.code);
  if (outer !== null) return { class: outer, explicit: true };
  return inner === null ? null : { class: inner, explicit: true };
}

function isLoud({ level, told }: Entry): boolean {
  if (level === "error" || level === "warn") return true;
  if (told.event !== null && failing.test(told.event.replaceAll(/[._-]/g, " "))) return true;
  // A line without a level is as loud as what it says.
  return level === null && told.event === null && failing.test((told.message ?? "").slice(0, 300));
}

function byWords(entry: Entry): Found | null {
  const { told } = entry;
  const found = [told.failureClass, told.reason, told.message]
    .map((text) => foundIn(text, told.message))
    .filter((one) => one !== null);
  const named = found.find((one) => one.class.kind !== "vague") ?? found[0];
  if (named !== undefined) return named;
  return isUnnamedFailure(entry) ? { class: classOf("unknown"), explicit: false } : null;
}

function foundIn(text: string | null, message: string | null): Found | null {
  const found = text === null ? null : classOfWords(text);
  if (found === null) return null;
  // Codes within a message are as good as fields.
  return { class: found, explicit: text !== message || /\bE[A-Z]{4,}\b|_ERR_/.test(text ?? "") };
}

/** Errors are failures whatever they say; warnings only where they give a reason. */
function isUnnamedFailure({ told, level }: Entry): boolean {
  if (level === "warn") return told.reason !== null;
  return level === "error" || told.event !== null || told.reason !== null;
}
