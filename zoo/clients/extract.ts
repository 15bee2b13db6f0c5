import { faultEndMs, gapsOf, looksReplayed, waitingSinceMs } from "../../packages/verify/src/attempts.ts";
import {
  type Attempt,
  assemble,
  type CheckResult,
  type ExperimentEvidence,
  evidenceFor,
  type ObservedCall,
  type Trait,
  targets,
} from "../../packages/verify/src/index.ts";
import { largest, median, smallest } from "../../packages/verify/src/stats.ts";
import type { Shown, ShownAttempt, ShownTrait, ShownVerdict } from "./evidence.ts";
import type { Kind } from "./reading.ts";
import { judgedAgain } from "./stored.ts";

/** What is taken from the run of one contract. */
export interface Extract {
  readonly run: { readonly method: string; readonly startedAt: string; readonly platform: string };
  readonly policy: readonly ShownTrait[];
  readonly verdicts: readonly ShownVerdict[];
  readonly shown: readonly Shown[];
}

/** Of the contract by the primary method, of the one that posts and of the load: which verdicts and parts of the policy are kept. */
const kept: Readonly<Record<Kind, { readonly checks: readonly string[]; readonly trait: RegExp }>> = {
  primary: { checks: ["connect", "cancels-on-the-wire", "no-hidden-replay"], trait: /^(?!idempotency)/ },
  POST: { checks: ["no-hidden-replay", "key-stable"], trait: /^idempotency/ },
  load: { checks: ["opens", "budget"], trait: /^$/ },
};
/** An attempt beyond these of a call is one more of the same. */
const attemptsShown = 5;

/** Reads the run of a contract by today's rules; `null` where there is none, or none that ended by itself. */
export async function extractOf(folder: string, by: Kind): Promise<Extract | null> {
  const found = await judgedAgain(folder);
  if (found === null) return null;
  const { contract, checklist } = found;
  const { run, observations } = found.stored;
  if (run.endedAt === null || run.interrupted !== null) return null;
  const [target] = targets(contract);
  if (target === undefined) return null;
  const today = run.startedAt.slice(0, 10);
  const evidence = evidenceFor(assemble(observations), target);
  const method = target.operation.request?.method ?? "GET";
  const told = by === "primary" && method === "POST" ? [kept.primary, kept.POST] : [kept[by]];
  const isKept = ({ id, verdict }: CheckResult) =>
    verdict !== "not-tested" && told.some(({ checks }) => checks.includes(id));
  return {
    run: { method, startedAt: today, platform: `Node ${run.versions.node}, ${run.versions.platform}` },
    policy: (checklist.fingerprint?.[0]?.traits ?? [])
      .filter(({ field }) => told.some(({ trait }) => trait.test(field)))
      .map((one) => traitOf(one, by)),
    verdicts: checklist.items
      .flatMap((item) => item.checks)
      .filter(isKept)
      .map((one) => verdictOf(one, by)),
    shown:
      by === "load" ? [] : Object.values(evidence.experiments).flatMap((one) => shownOf(one, by, method)),
  };
}

function traitOf({ field, value, atLeast, possible, note }: Trait, by: Kind): ShownTrait {
  return {
    by,
    field,
    value: typeof value === "number" ? tenths(value) : value,
    ...(atLeast === undefined ? {} : { atLeast: tenths(atLeast) }),
    ...(possible === undefined ? {} : { possible }),
    note,
  };
}

function verdictOf({ id, verdict, because, estimate, measured = [] }: CheckResult, by: Kind): ShownVerdict {
  return {
    by,
    check: id,
    verdict,
    because,
    ...(estimate
      ? { estimate: { name: estimate.name, value: tenths(estimate.value), unit: estimate.unit } }
      : {}),
    ...(measured.length > 0
      ? { measured: Object.fromEntries(measured.map(({ name, value }) => [name, tenths(value)])) }
      : {}),
  };
}

type Calls = readonly [ObservedCall, ...ObservedCall[]];

function shownOf({ experiment, calls }: ExperimentEvidence, by: Kind, method: string): readonly Shown[] {
  if (!isSome(calls)) return [];
  const waits = calls.map((call) => gapsOf(call.attempts));
  const positions = Array.from({ length: Math.min(attemptsShown, largest(waits.map((one) => one.length))) });
  const waitsMs = positions.map((_, at) => spread(waits.flatMap((one) => one[at] ?? [])));
  const fired = calls.flatMap((call) => call.attempts.filter((one) => one.firedMs !== null));
  const isLoss = experiment.name.startsWith("lost-reply");
  const count = (outcome: ObservedCall["outcome"]) => calls.filter((call) => call.outcome === outcome).length;
  const isPlain = calls.every((call) => call.attempts.length < 2 && call.outcome === "failed");
  return [
    {
      by,
      method,
      experiment: experiment.name,
      attempts: calls.map((call) => call.attempts.length),
      ...some("succeeded", count("succeeded")),
      ...some("failed", count("failed")),
      ...some("open", count("unfinished")),
      ...(waitsMs.length > 0 ? { waitsMs } : {}),
      ...some("onReused", fired.filter((one) => one.ordinal > 0).length),
      ...some("replayed", calls.filter(isReplayed).length),
      ...(isLoss ? { effects: calls.map((call) => call.effects.length) } : {}),
      tookMs: spread(calls.map((call) => (call.endedMs ?? call.watchedUntilMs) - call.startedMs)),
      // What failed with its first attempt is told in full by the figures.
      ...(isPlain ? {} : { example: exampleOf(calls) }),
    },
  ];
}

function isSome(calls: readonly ObservedCall[]): calls is Calls {
  return calls.length > 0;
}

function some<Name extends string>(name: Name, count: number): Partial<Record<Name, number>> {
  return count === 0 ? {} : ({ [name]: count } as Record<Name, number>);
}

function isReplayed({ attempts: [first, second] }: ObservedCall): boolean {
  return first !== undefined && second !== undefined && looksReplayed(first, second);
}

/** The call with the most attempts: what there is to see is seen in it. */
function exampleOf([first, ...others]: Calls): NonNullable<Shown["example"]> {
  const call = others.reduce((most, one) => (one.attempts.length > most.attempts.length ? one : most), first);
  const attempts = call.attempts
    .slice(0, attemptsShown)
    .map((attempt, index, all) => shownAttempt(call, attempt, all[index - 1]));
  return { outcome: call.outcome, attempts };
}

function shownAttempt(call: ObservedCall, attempt: Attempt, before: Attempt | undefined): ShownAttempt {
  const { response, firedMs, fault, consumerClosed } = attempt;
  const since = waitingSinceMs(attempt);
  const ended =
    consumerClosed?.atMs ?? response?.completeMs ?? (firedMs === null ? null : faultEndMs(attempt));
  const status = response === null ? null : String(response.status);
  const done = firedMs === null ? null : String(fault?.spec.kind);
  const saw = [status, done === "status" || done === "lost-reply" ? null : done].filter(
    (one) => one !== null,
  );
  return {
    at: tenths(attempt.arrivedMs - call.startedMs),
    ...(attempt.ordinal > 0 ? { reused: true } : {}),
    ...(before === undefined ? {} : { same: before.request.digest === attempt.request.digest }),
    saw: saw.length > 0 ? saw.join(", ") : (done ?? "nothing"),
    until: ended === null ? null : tenths(ended - since),
    ...(consumerClosed === null ? {} : { closed: consumerClosed.how }),
  };
}

function spread(values: readonly number[]): readonly [number, number, number] {
  return [tenths(smallest(values)), tenths(median(values)), tenths(largest(values))];
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
