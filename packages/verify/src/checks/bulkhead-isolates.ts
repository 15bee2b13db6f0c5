import { whyNoLoad } from "../breaker-facts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { exhaustionOf, keptByProvider, mostUnderWay, refusedOtherwise } from "../exhaustion.ts";
import { cite, percent, say, severityOf } from "../judgement.ts";
import { isGap, isIn, type LoadView } from "../load-view.ts";
import type { Check, Judgement, ObservedCall, Target } from "../model.ts";
import { silenceBeside, silenceBesideName } from "../neighbour-experiments.ts";
import { type BesideView, disturbedMax, numbersOf, type RowView, viewBeside } from "../neighbour-view.ts";
import { type Neighbour, neighboursOf, whyNoNeighbour } from "../neighbours.ts";
import { wilson } from "../stats.ts";

/** Is there room for others while a provider is slow? */
export const bulkheadIsolates: Check<readonly Neighbour[]> = defineCheck<readonly Neighbour[]>({
  id: "bulkhead-isolates",
  item: "reliability/circuit-breaker",
  question: "Does a slow provider leave room for the others?",
  rule: "While calls of one operation hang, nine of ten calls of another succeed within twice what 19 of 20 of them took before, and 100 ms. Calls of another provider that find no room fail; those of another operation of the same provider, or the service's own answer where nothing else is known, are advice.",
  source:
    "Nygard, Release It!, bulkheads; Gremlin's HasBulkhead (ICDCS 2016) by rates instead of gaps; holdfast guide bulkhead-isolates",
  required: false,
  timed: true,
  about: (target) => {
    const why = whyNoLoad(target);
    if (why !== null) return { notApplicable: why };
    const neighbours = neighboursApart(target);
    const { scenario, contract } = target;
    const isAsked = scenario.act.kind === "http" && (contract.service?.ready ?? null) !== null;
    return neighbours.length > 0 || isAsked ? neighbours : { notApplicable: whyNoNeighbour(target) };
  },
  commitment: policyPath("limit"),
  plan: (neighbours, target) => [silenceBeside(target, neighbours)],
  needs: () => [],
  judge: (_, evidence, target) => {
    const seen = viewBeside(evidence, silenceBesideName, target, whileSilent);
    return isGap(seen) ? seen : judged(seen, target);
  },
});

/** Requests on which the silence must take hold, and calls that must be made to it: fewer are no pressure. */
const firedMin = 10;
const drivenMin = 50;
const again = { more: { experiment: silenceBesideName, samples: 1, buys: "more calls of the others" } };

/** Operations of one provider share the limit that is declared for it. */
function neighboursApart(target: Target): readonly Neighbour[] {
  const isShared = target.integration.policy.limit !== undefined;
  return neighboursOf(target).filter(({ sameProvider }) => !(sameProvider && isShared));
}

function whileSilent({ load }: LoadView): (call: ObservedCall) => boolean {
  return (call) => isIn(load, "failing", call);
}

function judged(seen: BesideView, target: Target): Judgement {
  const calls = seen.views.flatMap(({ load }) => load.calls);
  const failing = seen.views.flatMap((view) => view.failing);
  const fired = failing.flatMap((call) => call.attempts).filter((one) => one.firedMs !== null).length;
  if (fired < firedMin || failing.length < drivenMin) {
    const because = `${failing.length} calls and ${fired} requests met the silence, ${drivenMin} and ${firedMin} are needed to press for room`;
    return say("inconclusive", because, calls, again);
  }
  const ready = seen.rows.find(({ neighbour }) => neighbour === null);
  const others = seen.rows.filter(({ neighbour }) => neighbour !== null);
  const rows = others.length > 0 ? others : seen.rows;
  const pressed = `while up to ${mostUnderWay(failing)} calls waited for ${target.integration.name}.${target.operation.name}`;
  const disturbed = rows.filter(({ state }) => state === "disturbed");
  const [worst] = disturbed.toSorted((one) => (isGrave(one) ? -1 : 1));
  if (worst !== undefined) return crowded(worst, { seen, ready, calls, pressed, target });
  const why = rows.map((row) => row.why).join("; ");
  const [first] = rows.toSorted((one, other) => other.interval[1] - one.interval[1]);
  const numbers = first === undefined ? {} : numbersOf(first);
  const isOpen = rows.length === 0 || rows.some(({ state }) => state === "open");
  if (isOpen) return say("inconclusive", why, calls, { ...numbers, ...again });
  return say("pass", `${pressed}, the others went on: ${why}`, calls, numbers);
}

/** Who does without the provider that is slow owes it nothing. */
function isGrave({ neighbour }: RowView): boolean {
  return neighbour !== null && !neighbour.sameProvider;
}

interface Crowd {
  readonly seen: BesideView;
  readonly ready: RowView | undefined;
  readonly calls: readonly ObservedCall[];
  readonly pressed: string;
  readonly target: Target;
}

function crowded(row: RowView, { seen, ready, calls, pressed, target }: Crowd): Judgement {
  const { views } = seen;
  const otherwise = refusedOtherwise(row, views);
  const numbers = numbersOf(row);
  if (otherwise.length >= row.sure.length / 2) {
    const because = `${row.why}; most of the others were refused at once by what cuts calls off, so not for want of room: \`right-granularity\` asks about that`;
    return say("inconclusive", because, calls, numbers);
  }
  const theirs = keptByProvider(row);
  const own = row.sure.filter((call) => !otherwise.includes(call) && !theirs.includes(call));
  if (wilson(own.length, row.during.length)[0] <= disturbedMax) {
    const because = `${row.why}, but ${leftOver(own.length, theirs.length, otherwise.length)}`;
    return say("inconclusive", because, calls, { ...numbers, ...again });
  }
  const { told, diagnosis, measured } = exhaustionOf({ ...row, sure: own }, ready, views);
  const verdict = isGrave(row) ? "fail" : "advice";
  return say(verdict, `${pressed}, ${row.why}: ${told}`, calls, {
    ...numbers,
    measured: [...numbers.measured, ...measured],
    severity: severityOf(target, verdict === "fail" ? "harm" : "advice") ?? "medium",
    diagnosis,
    evidence: own.slice(0, 3).map((call) => cite(call, "found no room while the other hung")),
  });
}

/** Why calls that may have found no room are too few, by how many were disturbed by what. */
function leftOver(own: number, theirs: number, otherwise: number): string {
  return [
    ...(theirs > 0 ? [`it was their provider that was slow or refused in ${theirs} of the others`] : []),
    ...(otherwise > 0 ? [`${otherwise} were refused at once by what cuts calls off`] : []),
    ...(own > 0
      ? [`the other ${own} are too few to tell whether more than ${percent(disturbedMax)} found no room`]
      : []),
  ].join("; ");
}
