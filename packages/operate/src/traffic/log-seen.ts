import type { Entry } from "../diagnose/entry.ts";
import { signOf } from "../diagnose/sign.ts";
import { secretLike } from "./secret-like.ts";
import type { Ending, LoggedAttempt, LogSeen, Spot } from "./seen.ts";

/** What a line of an application's log tells of a call and its attempts. */
export function logSeen(entry: Entry, spot: Spot): LogSeen {
  const attempt = attemptIn(entry);
  return {
    ...spot,
    kind: "log",
    atMs: entry.atMs,
    call: entry.call,
    secret: secretLike(spot.text),
    attempt,
    outcome: attempt === null || attempt.succeeded ? outcomeIn(entry) : null,
  };
}

/** Only a line that numbers its attempt is about one: what is not numbered cannot be told from another call. */
function attemptIn(entry: Entry): LoggedAttempt | null {
  const { told } = entry;
  const number = Number(told.attempt ?? Number.NaN);
  if (!Number.isInteger(number) || number < 1 || number > 1_000) return null;
  const sign = signOf(entry);
  if (sign.kind !== "failure" && sign.kind !== "success") return null;
  const status = Number(told.status ?? Number.NaN);
  const answered = Number.isInteger(status) && status >= 100 && status <= 599;
  return {
    number,
    peer: sign.dependency,
    operation: told.operation,
    status: answered ? status : null,
    ending: answered
      ? "answered"
      : sign.kind === "failure"
        ? (endings[sign.class.id] ?? "unknown")
        : "answered",
    succeeded: sign.kind === "success",
  };
}

const endings: Readonly<Record<string, Ending>> = {
  timeout: "given-up",
  "aborted-attempt": "given-up",
  unreachable: "refused",
  "name-resolution": "refused",
  "connection-lost": "reset",
  truncated: "closed",
};

const ended = /\b(?:call|order|request|payment|job)\b.{0,40}\b(?:succeeded|completed|failed|gave up)\b/i;

function outcomeIn({ told }: Entry): LogSeen["outcome"] {
  const said = (told.event ?? told.message ?? "").slice(0, 120).replaceAll(/[._-]/g, " ");
  if (!ended.test(said)) return null;
  return /\b(?:failed|gave up)\b/i.test(said) ? "failed" : "succeeded";
}
