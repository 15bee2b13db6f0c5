import { parseHttpDate } from "@holdfast/core";
import { faultEndMs } from "../../attempts.ts";
import { honoursRetryAfter as check } from "../../checks/honours-retry-after.ts";
import { cite, failIf, many, say, severityOf } from "../../judgement.ts";
import { deadlineLimit, millis, retriesDeclared } from "../../limits.ts";
import type { Judgement } from "../../model.ts";
import { isNotApplicable } from "../../plan.ts";
import { largest, median, zeroBound } from "../../stats.ts";
import type { NaturalCall, PassiveRule, TrafficView } from "../model.ts";
import { leastCalls, open, uncountable, untimed } from "../words.ts";

/** One that came early may be another call under the same id. */
const earlyMin = 3;
/** A date has a resolution of a second, and clocks differ. */
const slackMs = { seconds: 50, date: 1_050 } as const;

/** Does the consumer wait as long as the provider asks? */
export const honoursRetryAfter: PassiveRule = {
  check: "honours-retry-after",
  says: ["pass", "fail", "advice"],
  needs:
    "Retry-After in the log ($upstream_http_retry_after, %RESP(RETRY-AFTER)%). For a fail three attempts that came early, and half of those of one form; for a pass 20 waits in answer to seconds on 429, 20 to a date, and 20 to seconds on 503, longer than the consumer's own, and 20 calls that were asked to wait past a declared deadline and ended in time.",
  judge: (view) => {
    const subject = check.about(view.target);
    if (isNotApplicable(subject)) return say("not-applicable", subject.notApplicable, []);
    const gap = uncountable(view) ?? invisible(view);
    if (gap !== null) return gap;
    const waits = view.calls.flatMap(waitsOf);
    const early = waits.filter(
      (one) => one.gapMs < one.askedMs - slackMs[one.form] - view.shows.resolutionMs,
    );
    if (early.length >= earlyMin && isUsual(early, waits)) return ignored(early, waits, view);
    if (early.length > 0)
      return open(
        `${many(early.length, "attempt")} came earlier than asked, which a consumer that is too slow to see the answer does as well`,
        callsIn(waits),
      );
    return honoured(waits, view);
  },
};

/** What is read is read every time: a few early attempts of many are of a consumer that was too slow to see the answer. */
function isUsual(early: readonly Wait[], waits: readonly Wait[]): boolean {
  const kindOf = ({ status, form }: Wait): string => `${status} ${form}`;
  return waits.some((one) => {
    const alike = (other: Wait): boolean => kindOf(other) === kindOf(one);
    const count = early.filter(alike).length;
    return count >= earlyMin && count >= waits.filter(alike).length / 2;
  });
}

interface Wait {
  readonly call: NaturalCall;
  readonly status: number;
  readonly form: "seconds" | "date";
  readonly askedMs: number;
  readonly gapMs: number;
}

function invisible({ shows }: TrafficView): Judgement | null {
  if (!shows.headers.has("answer:retry-after")) {
    return open(
      "no Retry-After is written down: add $upstream_http_retry_after or %RESP(RETRY-AFTER)% to the log's format",
    );
  }
  return shows.times ? null : open(untimed(shows));
}

/** The waits after answers that asked for one. */
function waitsOf(call: NaturalCall): Wait[] {
  return call.attempts.flatMap((attempt, at): Wait[] => {
    const next = call.attempts[at + 1];
    const status = attempt.response?.status ?? 0;
    const value = attempt.response?.headers.find(([name]) => name === "retry-after")?.[1];
    if (next === undefined || value === undefined || (status !== 429 && status !== 503)) return [];
    const endMs = faultEndMs(attempt);
    const gapMs = next.arrivedMs - endMs;
    if (/^\d{1,6}$/.test(value))
      return [{ call, status, form: "seconds", askedMs: Number(value) * 1_000, gapMs }];
    const atMs = parseHttpDate(value, endMs);
    return atMs === null ? [] : [{ call, status, form: "date", askedMs: Math.max(0, atMs - endMs), gapMs }];
  });
}

function callsIn(waits: readonly Wait[]): NaturalCall[] {
  return [...new Set(waits.map(({ call }) => call))];
}

function ignored(early: readonly Wait[], waits: readonly Wait[], { target }: TrafficView): Judgement {
  const on429 = early.filter(({ status }) => status === 429);
  const { policy } = target.integration;
  const of429 = waits.filter(({ status }) => status === 429);
  // What is heeded on 429 and not on 503 breaks no promise that anybody makes.
  const only503 = on429.length === 0 && of429.length >= earlyMin;
  const verdict = only503 ? "advice" : failIf(retriesDeclared(policy));
  const worst = early.toSorted((a, b) => a.gapMs - a.askedMs - (b.gapMs - b.askedMs))[0];
  const gap = median(early.map(({ gapMs }) => gapMs));
  const because = `in ${early.length} of ${waits.length} cases the next attempt came earlier than Retry-After asks${only503 ? " on 503" : ""}: after ${millis(gap)} (median)`;
  return say(verdict, because, callsIn(waits), {
    estimate: { name: "wait", value: gap, unit: "ms" },
    limit: { name: "asked", value: worst?.askedMs ?? 0, unit: "ms" },
    severity: severityOf(target, verdict === "fail" ? "broken" : "advice") ?? "medium",
    diagnosis:
      "Retry-After is not read, or not in this form: the consumer follows its own schedule and comes back while it is still being throttled.",
    evidence: early
      .slice(0, 3)
      .map(({ call, askedMs, gapMs }) =>
        cite(call, `asked for ${millis(askedMs)}, came after ${millis(gapMs)}`),
      ),
  });
}

/** The consumer's own waits after the same statuses: an answer to Retry-After must be longer to be told from them. */
function ownMs(view: TrafficView): number {
  const own = view.calls.flatMap((call) =>
    call.attempts.flatMap((attempt, at) => {
      const next = call.attempts[at + 1];
      const asked = attempt.response?.headers.some(([name]) => name === "retry-after") === true;
      const status = attempt.response?.status ?? 0;
      return next === undefined || asked || status < 429 ? [] : [next.arrivedMs - faultEndMs(attempt)];
    }),
  );
  return own.length === 0 ? Number.POSITIVE_INFINITY : largest(own);
}

/** Calls that were asked to wait longer than they have, and ended in time: a wait is held against the deadline too. */
function endedInTime({ calls, target }: TrafficView): NaturalCall[] {
  const limit = deadlineLimit(target);
  return calls.filter(({ attempts, startedMs }) => {
    const last = attempts.at(-1);
    const value = last?.response?.headers.find(([name]) => name === "retry-after")?.[1] ?? "";
    if (last === undefined || !/^\d{1,6}$/.test(value)) return false;
    const endMs = faultEndMs(last) - startedMs;
    return endMs <= limit.value && endMs + Number(value) * 1_000 > limit.value;
  });
}

function honoured(waits: readonly Wait[], view: TrafficView): Judgement {
  const own = ownMs(view);
  const telling = waits.filter(({ askedMs }) => own <= 0.8 * askedMs);
  const kinds = [
    { says: "seconds on 429", of: telling.filter((one) => one.status === 429 && one.form === "seconds") },
    { says: "a date", of: telling.filter((one) => one.form === "date") },
    { says: "seconds on 503", of: telling.filter((one) => one.status === 503 && one.form === "seconds") },
  ];
  const calls = callsIn(waits);
  const missing = kinds.filter(({ of }) => of.length < leastCalls);
  if (missing.length > 0) {
    const seen = missing.map(({ says, of }) => `${many(of.length, "wait")} for ${says}`).join(", ");
    return open(
      `no attempt came early in ${many(waits.length, "wait")}; but ${seen} could be told from the consumer's own, ${leastCalls} of each are needed`,
      calls,
    );
  }
  const over = endedInTime(view);
  if (deadlineLimit(view.target).declared && over.length < leastCalls) {
    return open(
      `all ${many(telling.length, "wait")} were as long as asked; but ${many(over.length, "call")} that were asked to wait past their deadline were seen, ${leastCalls} are needed`,
      calls,
    );
  }
  const because = `all ${many(telling.length, "wait")} were as long as Retry-After asked, seconds and dates, on 429 and 503`;
  return say("pass", because, calls, { bound: zeroBound(telling.length) });
}
