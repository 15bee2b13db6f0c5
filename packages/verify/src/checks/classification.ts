import type { Policy } from "@holdfast/core";
import { hasStableKey, isIdempotent, methodOf } from "../attempts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { cutOnce, refuseOnce, silence, statusOnce, truncateOnce } from "../experiments.ts";
import { cite, failIf, many, say, severityOf } from "../judgement.ts";
import { retriesDeclared } from "../limits.ts";
import type { Check, Citation, ExperimentSpec, Judgement, Target } from "../model.ts";
import {
  ambiguousFailures,
  type Cell,
  failuresOf,
  finalStatuses,
  matrixOf,
  optionalFailures,
  transientStatuses,
} from "../status-matrix.ts";

/** Is each kind of failure treated as what it is? */
export const classification: Check<Policy> = defineCheck<Policy>({
  id: "classification",
  item: "reliability/retries",
  question: "Is only that sent again which another attempt can help and cannot harm?",
  rule: "400, 401 (beyond one refresh), 403, 404, 405, 410, 413, 415, 422 and 501 are not sent again unless declared; what `retry.on` names is; a request with an effect and no stable key is not sent again after a failure that leaves open whether it took effect.",
  source: "RFC 9110 §15 (status codes) and §9.2.2 (what may be sent again); holdfast guide classification",
  required: true,
  timed: true,
  countsAttempts: true,
  about: ({ integration }) => integration.policy,
  commitment: policyPath("retry", "on"),
  plan: (_, target) => experimentsOf(target),
  needs: () => ["400-once", "503-once"],
  judge: (policy, evidence, target) => {
    const cells = matrixOf(evidence);
    const calls = cells.flatMap((cell) => cell.calls);
    const method = methodOf(target, evidence.healthy) ?? "GET";
    const keyed = evidence.healthy.every((call) => hasStableKey(call.attempts, target.operation));
    const safe = isIdempotent(method, target) || keyed;
    const declared = failuresOf(policy.retry?.on);
    const problems = [
      ...notKept(cells, declared, policy, safe),
      ...wrongly(cells, declared, policy),
      ...(safe ? [] : unsafe(cells, method)),
    ];
    const measured = cells.map((cell) => ({
      name: `attempts after ${cell.failure}`,
      value: cell.attempts,
      unit: `attempts at most, ${cell.retried} of ${many(cell.calls.length, "call")} made again`,
    }));
    const worst = problems.find((one) => one.verdict === "fail") ?? problems[0];
    if (worst) {
      const sentence = problems
        .filter((one) => one.verdict === worst.verdict)
        .map((one) => one.because)
        .join("; ");
      return say(worst.verdict, sentence, calls, {
        measured,
        diagnosis: worst.diagnosis,
        severity: severityOf(target, worst.verdict === "fail" ? "broken" : "advice") ?? "medium",
        evidence: problems.flatMap((one) => one.evidence).slice(0, 3),
      });
    }
    return unclear(cells, declared) ?? complete(cells, measured);
  },
});

interface Problem {
  readonly verdict: "fail" | "advice";
  readonly because: string;
  readonly diagnosis: string;
  readonly evidence: readonly Citation[];
}

function experimentsOf(target: Target): ExperimentSpec[] {
  return [
    ...[...finalStatuses, ...transientStatuses].map((status) => statusOnce(target, status)),
    cutOnce(target, "reset", "fresh"),
    cutOnce(target, "close", "fresh"),
    truncateOnce(target),
    refuseOnce(target),
    silence(target),
  ];
}

/** What the contract says is tried again, and was not. */
function notKept(
  cells: readonly Cell[],
  declared: ReadonlySet<string>,
  policy: Policy,
  safe: boolean,
): Problem[] {
  if (!retriesDeclared(policy)) return [];
  const missing = cells.filter(
    (cell) =>
      declared.has(cell.failure) &&
      !optionalFailures.has(cell.failure) &&
      cell.failure !== "refuse" &&
      cell.calls.length >= 2 &&
      cell.retried === 0 &&
      (safe || !ambiguousFailures.has(cell.failure)) &&
      (cell.failure !== "hang" || leavesTime(policy)),
  );
  if (missing.length === 0) return [];
  return [
    {
      verdict: "fail",
      because: `declared as retried, but never sent again: ${names(missing)}`,
      diagnosis: "The policy in the code knows fewer failures than the contract says.",
      evidence: missing.map((cell) => citeCell(cell, "not sent again")),
    },
  ];
}

/** A deadline that ends with the first attempt's timeout leaves no time for a second. */
function leavesTime(policy: Policy): boolean {
  if (policy.attemptTimeoutMs === undefined) return false;
  return policy.deadlineMs === undefined || policy.deadlineMs >= 2 * policy.attemptTimeoutMs;
}

/** Calls of a cell that were made again; after 401 one more attempt is a refreshed token. */
function sentAgain({ failure, calls }: Cell): number {
  const allowed = failure === "401" ? 2 : 1;
  return calls.filter((call) => call.attempts.length > allowed).length;
}

/**
 * One call of several, while the same answer was taken for final by the others: a consumer that got no time to read its answer before
 * its own timeout does that on a busy machine. How a failure is classified does not change from call to call.
 */
function isOnceInAWhile(cell: Cell): boolean {
  return sentAgain(cell) === 1 && cell.calls.length >= 3;
}

/** Of so many calls one may be the machine's. */
const callsForOne = 6;

/** Where one call of few was made again, more calls tell whether it was the machine. */
function unclear(cells: readonly Cell[], declared: ReadonlySet<string>): Judgement | null {
  const cell = cells.find(
    (one) =>
      finalStatuses.some((status) => String(status) === one.failure) &&
      !declared.has(one.failure) &&
      isOnceInAWhile(one) &&
      one.calls.length < callsForOne,
  );
  if (cell === undefined) return null;
  const because = `after ${cell.failure} one of ${many(cell.calls.length, "call")} was sent again and the others were not, which a consumer that was too slow for its own timeout does as well`;
  const samples = callsForOne - cell.calls.length;
  return say("inconclusive", because, cell.calls, {
    more: { experiment: `${cell.failure}-once`, samples, buys: "calls to tell a rule from chance" },
  });
}

/** What cannot be helped by another attempt, and was sent again all the same. */
function wrongly(cells: readonly Cell[], declared: ReadonlySet<string>, policy: Policy): Problem[] {
  const retriedInVain = cells.filter((cell) => {
    if (declared.has(cell.failure) || cell.failure === "409") return false;
    if (!finalStatuses.some((status) => String(status) === cell.failure)) return false;
    return sentAgain(cell) > 0 && !isOnceInAWhile(cell);
  });
  if (retriedInVain.length === 0) return [];
  const committed = retriesDeclared(policy);
  const grave = committed && retriedInVain.some((cell) => cell.failure !== "501");
  return [
    {
      verdict: failIf(grave),
      because: `sent again although another attempt cannot help: ${names(retriedInVain)}`,
      diagnosis:
        "Failures are not told apart: a request that the provider has understood and refused is repeated.",
      evidence: retriedInVain.map((cell) => citeCell(cell, "sent again in vain")),
    },
  ];
}

/** What may have taken effect, and was sent again without a key. */
function unsafe(cells: readonly Cell[], method: string): Problem[] {
  const risky = cells.filter((cell) => ambiguousFailures.has(cell.failure) && cell.retried > 0);
  if (risky.length === 0) return [];
  return [
    {
      verdict: "advice",
      because: `a ${method} without an idempotency key is sent again after ${names(risky)}, when it may already have taken effect`,
      diagnosis:
        "Retrying was switched on for every method; without a key the provider cannot recognise the second request.",
      evidence: risky.map((cell) => citeCell(cell, "sent again without a key")),
    },
  ];
}

function names(cells: readonly Cell[]): string {
  return cells.map((cell) => `${cell.failure} (${cell.retried} of ${cell.calls.length})`).join(", ");
}

function citeCell(cell: Cell, note: string): Citation {
  const call = cell.calls.toSorted((a, b) => b.attempts.length - a.attempts.length)[0];
  return call === undefined
    ? { experiment: cell.failure, call: "", exchanges: [], note }
    : cite(call, `${cell.failure}: ${note}`);
}

function complete(cells: readonly Cell[], measured: Judgement["measured"]): Judgement {
  const calls = cells.flatMap((cell) => cell.calls);
  const unknown = finalStatuses.filter((status) => !cells.some((cell) => cell.failure === String(status)));
  if (unknown.length > 0) {
    const because = `of the statuses that must not be retried, ${unknown.join(", ")} could not be tried`;
    return say("inconclusive", because, calls, { ...(measured ? { measured } : {}) });
  }
  const retried = cells.filter((cell) => cell.retried > 0).map((cell) => cell.failure);
  const what = retried.length === 0 ? "nothing" : retried.join(", ");
  const because = `of ${cells.length} kinds of failure, sent again: ${what}; no request that was refused for good`;
  return say("pass", because, calls, { ...(measured ? { measured } : {}) });
}
