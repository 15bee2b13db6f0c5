import { isSafe, methodOf } from "../../attempts.ts";
import { classification as check } from "../../checks/classification.ts";
import { judgeOne } from "../../judge.ts";
import type { Evidence } from "../../model.ts";
import {
  ambiguousFailures,
  connectionFaults,
  finalStatuses,
  transientStatuses,
} from "../../status-matrix.ts";
import type { NaturalCall, PassiveRule, TrafficView } from "../model.ts";
import { evidenceOf, isolated, wasAskedToWait } from "../natural-evidence.ts";
import { leastCalls, trustingKeys, uncountable, unproven } from "../words.ts";

/**
 * One that was made again may be two calls taken for one, and a few of many a consumer that was too slow to read its answer: how a failure
 * is classified does not change from call to call.
 */
const againMin = 3;

/** Is each kind of failure treated as what it is? */
export const classification: PassiveRule = {
  check: "classification",
  says: ["pass", "fail", "advice"],
  needs:
    "For a fail three calls and half of all that were made again, path and query unchanged, after a status that rules it out, or 20 that were never made again after what the contract wants tried again; for a pass 20 calls for each status of the matrix.",
  judge: (view) => {
    const gap = uncountable(view);
    if (gap !== null) return gap;
    const cells = cellsOf(view);
    const target = trustingKeys(view);
    const found = judgeOne(check, ungated(evidenceOf(view, cells), view), target);
    if (found.verdict !== "pass" && found.verdict !== "inconclusive") return found;
    return unproven(view) ?? found;
  },
};

/** The check asks for experiments that always run in a verification: healthy calls, which fill no cell, stand in for them here. */
function ungated(evidence: Evidence, view: TrafficView): Evidence {
  const missing = ["400-once", "503-once"].filter((name) => evidence.experiments[name] === undefined);
  const stand = evidenceOf(view, Object.fromEntries(missing.map((name) => [name, view.healthy.slice(0, 5)])));
  const idle = Object.entries(stand.experiments).map(
    ([name, one]) => [name, { ...one, experiment: { ...one.experiment, program: { steps: [] } } }] as const,
  );
  return { ...evidence, experiments: { ...evidence.experiments, ...Object.fromEntries(idle) } };
}

function cellsOf(view: TrafficView): Record<string, readonly NaturalCall[]> {
  const safe = isSafe(methodOf(view.target, view.healthy) ?? "GET");
  const names: readonly (readonly [string, string])[] = [
    ...[...finalStatuses, ...transientStatuses].map((status) => [String(status), `${status}-once`] as const),
    ...Object.entries(connectionFaults),
  ];
  const calm = isolated(view.calls);
  const cells = names.flatMap(([kind, name]) => {
    // Whoever asks until something is there asks again after 404 and 409, and does so rightly.
    if (kind === "refuse" || (safe && (kind === "404" || kind === "409"))) return [];
    const calls = calm.filter((call) => call.kinds[0] === kind);
    const again = calls.filter(sentAgain);
    if (again.length >= againMin && again.length >= calls.length / 2) {
      return [[name, [...again, ...onlyOnce(calls)]] as const];
    }
    const free = calls.filter((call) => !wasAskedToWait(call));
    const decides =
      again.length === 0 && free.length >= leastCalls && view.link.proven && !ambiguous(kind, view);
    return decides ? [[name, free] as const] : [];
  });
  return Object.fromEntries(cells);
}

function sentAgain({ attempts }: NaturalCall): boolean {
  const [first, second] = attempts;
  return (
    second !== undefined && (second.request.target === first?.request.target || second.request.target === "")
  );
}

function onlyOnce(calls: readonly NaturalCall[]): NaturalCall[] {
  return calls.filter(({ attempts }) => attempts.length === 1);
}

/** Whether nobody knows if it may be sent again, because the sources show no key. */
function ambiguous(kind: string, { target, shows }: TrafficView): boolean {
  const key = target.operation.idempotencyKey;
  return ambiguousFailures.has(kind) && key === null && !shows.headers.has("idempotency-key");
}
