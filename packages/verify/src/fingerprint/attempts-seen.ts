import type { Policy } from "@holdfast/core";
import { withoutReplays } from "../attempts.ts";
import { callsOf, many } from "../judgement.ts";
import type { Evidence, ObservedCall } from "../model.ts";
import { largest, smallest } from "../stats.ts";
import { type Cell, matrixOf } from "../status-matrix.ts";
import type { FailureSeen, Seen } from "./model.ts";

/** What calls did after one failure of each kind; what an outage shows stands in where a single 503 was not tried. */
export function failuresSeen(evidence: Evidence): readonly FailureSeen[] {
  const cells = matrixOf(evidence).map(({ failure, calls, retried, attempts }: Cell) => ({
    failure,
    calls: calls.length,
    retried,
    attemptsMax: attempts,
  }));
  const outage = callsOf(evidence, "503-forever").map((call) => withoutReplays(call.attempts).length);
  if (outage.length === 0 || cells.some(({ failure }) => failure === "503")) return cells;
  const retried = outage.filter((attempts) => attempts > 1).length;
  return [...cells, { failure: "503", calls: outage.length, retried, attemptsMax: largest(outage) }];
}

/** Whether a failure is tried again: by most of the calls, because one of several may be the machine's. */
export function isTriedAgain({ calls, retried }: FailureSeen): boolean {
  return 2 * retried > calls;
}

/** How many attempts a call makes, and after which failures it makes another. */
export function attemptsSeen(evidence: Evidence): readonly Seen[] {
  const failures = failuresSeen(evidence);
  return [countSeen(evidence, failures), onSeen(failures)].filter((one) => one !== null);
}

function countSeen(evidence: Evidence, failures: readonly FailureSeen[]): Seen | null {
  const outage = countedIn("503-forever", evidence);
  if (outage !== null && outage.most > 1) return numberOf(outage);
  const silence = countedIn("hang-forever", evidence);
  if (silence !== null && silence.most > 1) return numberOf(silence);
  if (outage === null && !failures.some(({ failure }) => failure === "503")) return null;
  const samples = failures.reduce((total, one) => total + one.calls, 0);
  const again = failures.filter(isTriedAgain).map((one) => one.failure);
  const shared = {
    field: "retry.attempts",
    samples,
    experiments: ["503-forever", "the status matrix"],
  } as const;
  if (again.length > 0) {
    const note = `a second attempt after ${again.join(", ")}; how many follow was not tried`;
    return { ...shared, value: null, atLeast: 2, note };
  }
  return {
    ...shared,
    value: 1,
    interval: [1, 1],
    note: `no second attempt after ${many(failures.length, "kind")} of failure`,
  };
}

interface Counted {
  readonly experiment: string;
  readonly calls: readonly ObservedCall[];
  readonly least: number;
  readonly most: number;
  readonly open: number;
}

/** Attempts by call, without what a transport replayed by itself. */
function countedIn(experiment: string, evidence: Evidence): Counted | null {
  const calls = callsOf(evidence, experiment).filter((call) => call.attempts.length > 0);
  if (calls.length < 2) return null;
  const counts = calls.map((call) => withoutReplays(call.attempts).length);
  const open = calls.filter((call) => call.endedMs === null).length;
  return { experiment, calls, least: smallest(counts), most: largest(counts), open };
}

/** A limit is reached, never exceeded: the most that one call made, when calls were seen to end. */
function numberOf({ experiment, calls, least, most, open }: Counted): Seen {
  const shared = { field: "retry.attempts", samples: calls.length, experiments: [experiment] } as const;
  const when = experiment === "503-forever" ? "of an outage" : "of silence";
  if (open > 0) {
    const note = `${open} of ${many(calls.length, "call")} ${when} not seen to end`;
    return { ...shared, value: null, atLeast: most, note };
  }
  return { ...shared, value: most, interval: [least, most], note: `${many(calls.length, "call")} ${when}` };
}

/** Words for what is tried again, those of a group first; the words of `retry.on`. */
function onSeen(failures: readonly FailureSeen[]): Seen | null {
  const known = failures.filter((one) => one.failure !== "hang" || one.calls >= 2);
  if (known.length === 0) return null;
  const again = new Set(known.filter(isTriedAgain).map((one) => one.failure));
  const mixed = known.filter((one) => one.retried > 0 && one.retried < one.calls);
  const counted = `${many(known.length, "kind")} of failure tried`;
  const now = mixed.map((one) => `${one.failure} in ${one.retried} of ${one.calls}`).join(", ");
  return {
    field: "retry.on",
    value: wordsOf(again),
    note: mixed.length === 0 ? counted : `${counted}; now and then: ${now}`,
    samples: known.reduce((total, one) => total + one.calls, 0),
    experiments: ["the status matrix"],
  };
}

const serverErrors = ["500", "501", "502", "503", "504"];
const connectionWords: readonly (readonly [failure: string, word: NonNullable<OnWords>[number]])[] = [
  ["refuse", "connect-failure"],
  ["reset", "reset"],
  ["hang", "timeout"],
];
type OnWords = NonNullable<Policy["retry"]>["on"];

function wordsOf(again: ReadonlySet<string>): readonly string[] {
  const all = serverErrors.every((status) => again.has(status));
  const statuses = [...again].filter((one) => /^\d{3}$/.test(one) && !(all && serverErrors.includes(one)));
  return [
    ...connectionWords.filter(([failure]) => again.has(failure)).map(([, word]) => word),
    ...statuses.toSorted(),
    ...(all ? ["5xx"] : []),
  ];
}
