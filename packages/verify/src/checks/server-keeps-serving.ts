import { defineCheck } from "../define-check.ts";
import { many, say, severityOf } from "../judgement.ts";
import { millis } from "../limits.ts";
import type {
  Check,
  Evidence,
  ExperimentEvidence,
  InstanceRecord,
  Judgement,
  ObservedCall,
  RequestRecord,
  Target,
} from "../model.ts";
import { type Served, servedBy, servedName, servedPath } from "../served.ts";
import { slowClients, slowCount, slowLimit, slowWatchMs } from "../served-experiments.ts";
import { largest, median, quantile, zeroBound } from "../stats.ts";
import { tellingWords } from "../telling-words.ts";

/** Are others served while slow connections last? */
export const serverKeepsServing: Check<Served> = defineCheck<Served>({
  id: "server-keeps-serving",
  item: "reliability/timeouts",
  question: "Does the service keep serving others while slow connections last?",
  rule: "While fifty slow connections stand, calls at five a second are all answered as expected, and their p95 stays within twice what it was before, a floor of 250 ms and the machine's own noise added. A call without its answer fails; calls that are slower throughout are advice.",
  source: "slowloris against thread-per-connection servers; holdfast guide server-keeps-serving",
  required: false,
  about: servedBy,
  commitment: servedPath,
  served: servedName,
  plan: (served, target) =>
    slowsOf(served).map((slow) => slowClients(target, slow, slowWatchMs(slowLimit(served, slow)))),
  needs: () => [],
  judge: (served, evidence, target) => {
    const ended = slowsOf(served).flatMap((slow) => exitsIn(evidence.experiments[`slow-${slow}`]));
    if (ended.length > 0) return crashed(ended, target);
    const calls = slowsOf(served).flatMap((slow) => evidence.experiments[`slow-${slow}`]?.calls ?? []);
    const before = rolesOf(calls, "before");
    const during = calls.flatMap(duringOf);
    const failedBefore = before.filter((one) => !one.expected).length;
    if (failedBefore > 0 || before.length < 10) {
      const because = `${failedBefore} of ${many(before.length, "call")} failed before there was any slow connection`;
      return say("inconclusive", because, calls);
    }
    if (during.length < 10) {
      const because = `the slow connections were gone after ${many(during.length, "call")} beside them, 10 are needed`;
      return say("inconclusive", because, calls);
    }
    const failed = during.filter((one) => !one.expected);
    if (failed.length > 1 || failed.length > during.length * 0.02)
      return notServed(failed, during, calls, target);
    if (failed.length > 0)
      return say(
        "inconclusive",
        `1 of ${during.length} calls beside slow connections failed: too few to tell from chance`,
        calls,
      );
    return byTime(before.map(tookMs), during.map(tookMs), calls, evidence, target);
  },
});

/** Slow heads, and slow bodies where a request has one. */
function slowsOf({ act }: Served): readonly ("head" | "body")[] {
  return act.body === null ? ["head"] : ["head", "body"];
}

type Exit = { readonly instance: InstanceRecord; readonly observed: ObservedCall };

/** Instances that ended by themselves under slow connections, with the sample that they did not live to see the end of. */
function exitsIn(found: ExperimentEvidence | undefined): Exit[] {
  const exited = (found?.instances ?? []).filter((one) => one.end === "exited");
  return exited.flatMap((instance) => {
    const observed = found?.setAside.find((one) => one.observed?.instance === instance.instance)?.observed;
    return observed === undefined ? [] : [{ instance, observed }];
  });
}

function crashed(ended: readonly Exit[], target: Target): Judgement {
  const words = tellingWords(ended[0]?.instance.lastWords ?? []);
  const because = `${many(ended.length, "instance")} ended by themselves while ${slowCount} slow connections stood`;
  return say(
    "fail",
    because,
    ended.map(({ observed }) => observed),
    {
      severity: severityOf(target, "harm") ?? "high",
      diagnosis: `An error of a connection that breaks off is not caught and ends the process.${words === undefined ? "" : ` Its last words: ${words.slice(0, 200)}`}`,
      evidence: ended.map(({ instance, observed }) => ({
        experiment: observed.experiment,
        call: observed.id,
        exchanges: [],
        note: `instance ended with ${instance.exitSignal ?? `exit status ${instance.exitCode}`}`,
      })),
    },
  );
}

function rolesOf(calls: readonly ObservedCall[], role: RequestRecord["role"]): RequestRecord[] {
  return calls.flatMap((call) => call.requests.filter((one) => one.role === role));
}

/** Calls that began while at least half of the slow connections stood. */
function duringOf(call: ObservedCall): RequestRecord[] {
  const slow = call.requests.filter((one) => one.role === "slow");
  return call.requests.filter(
    (one) =>
      one.role === "during" &&
      slow.filter(({ endedMs }) => endedMs === null || endedMs > one.startedMs).length >= slow.length / 2 &&
      slow.length > 0,
  );
}

function tookMs({ startedMs, endedMs }: RequestRecord): number {
  return (endedMs ?? Number.POSITIVE_INFINITY) - startedMs;
}

function notServed(
  failed: readonly RequestRecord[],
  during: readonly RequestRecord[],
  calls: readonly ObservedCall[],
  target: Target,
): Judgement {
  const silent = failed.filter(({ endedMs }) => endedMs === null).length;
  const what =
    silent > 0
      ? `${silent} of them had no answer at all`
      : [...new Set(failed.map(({ status, error }) => status ?? error))].join(", ");
  const because = `while ${slowCount} slow connections stood, ${failed.length} of ${many(during.length, "call")} of others failed: ${what}`;
  return say("fail", because, calls, {
    severity: severityOf(target, "harm") ?? "high",
    diagnosis:
      "Every connection is served by a thread, a process or a turn that others need, also while it sends nothing: a few slow callers are an outage for all.",
    evidence: calls.slice(0, 3).map((call) => ({
      experiment: call.experiment,
      call: call.id,
      exchanges: [],
      note: `${duringOf(call).filter((one) => !one.expected).length} calls failed beside slow connections`,
    })),
  });
}

/** Slower than this by at least is more than a machine that has more to do. */
const floorMs = 250;

function byTime(
  before: readonly number[],
  during: readonly number[],
  calls: readonly ObservedCall[],
  { noise }: Evidence,
  target: Target,
): Judgement {
  const usual = quantile(before, 0.95);
  const found = quantile(during, 0.95);
  const limit = 2 * usual + floorMs + 2 * noise.p99Ms;
  const figures = {
    estimate: { name: "p95 beside slow connections", value: Math.round(found), unit: "ms" },
    limit: { name: "limit", value: Math.round(limit), unit: "ms" },
  };
  const compared = `p95 ${millis(found)} in ${many(during.length, "call")} beside ${slowCount} slow connections, ${millis(usual)} before them`;
  if (found <= limit)
    return say("pass", `all were answered: ${compared}`, calls, {
      ...figures,
      bound: zeroBound(during.length),
    });
  if (median(during) <= limit) {
    return say(
      "inconclusive",
      `${compared}; only the slowest are beyond ${millis(limit)} (up to ${millis(largest(during))}), as on a busy machine`,
      calls,
      figures,
    );
  }
  return say("advice", `others are slower throughout: ${compared}`, calls, {
    ...figures,
    severity: severityOf(target, "advice") ?? "medium",
    diagnosis: "Slow connections take turns or threads that others then wait for.",
    evidence: calls
      .slice(0, 3)
      .map((call) => ({ experiment: call.experiment, call: call.id, exchanges: [], note: compared })),
  });
}
