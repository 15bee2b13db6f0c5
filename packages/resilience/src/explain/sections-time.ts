import type { Explanation, TimeFacts } from "./explanation.ts";
import type { Row, Section } from "./section.ts";
import { many, time } from "./words.ts";

/** How long a call may take. */
export function timeSection({ time: facts, retried, fallback }: Explanation): Section {
  const { deadlineMs, attemptTimeoutMs, connectTimeoutMs, timeouts } = facts;
  const rows: Row[] = [
    [
      "Deadline",
      deadlineMs === null
        ? "none"
        : `${time(deadlineMs)} for all of it: waiting for a place, attempts, waits`,
    ],
    [
      "One attempt",
      attemptTimeoutMs === null ? "has no timeout of its own" : `${time(attemptTimeoutMs)} at most`,
    ],
  ];
  if (connectTimeoutMs !== null)
    rows.push(["Connecting", `${time(connectTimeoutMs)} at most, within its attempt; not under fetch`]);
  const retries = facts.hanging.attempts > 1 && retried?.idempotent === false;
  rows.push(["No answer at all", `${hanging(facts)}${retries ? "; one if the call is not idempotent" : ""}`]);
  if (timeouts === "cooperative") {
    const says = "are signals: a call whose work does not listen to them takes as long as its work";
    rows.push(["Timeouts", says]);
  }
  if (fallback !== null) {
    rows.push(["Fallback", `${fallback} answers for a call that failed; its time comes on top`]);
  }
  return { title: "How long a call may take", rows };
}

function hanging({ hanging: { longestMs, attempts }, deadlineMs }: TimeFacts): string {
  if (longestMs === null) return "the call hangs for ever";
  const cut = longestMs === deadlineMs ? ", cut off by the deadline" : "";
  const parts =
    attempts === 1 ? "one attempt" : `up to ${many(attempts, "attempt")} and the waits between them`;
  return `the call fails after at most ${time(longestMs)}: ${parts}${cut}`;
}
