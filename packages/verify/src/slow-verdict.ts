import { many, say, severityOf } from "./judgement.ts";
import { millis } from "./limits.ts";
import type { Citation, Evidence, Judgement, ObservedCall, RequestRecord, Target } from "./model.ts";
import { servedBy } from "./served.ts";
import { slowLimit } from "./served-experiments.ts";
import { largest } from "./stats.ts";

/** A connection ends when the server looks, and a server looks now and then. */
const lateness = 1.2;
/** What ends at once does not end for being slow. */
const atOnceMs = 1_500;

/** What stands this long has no limit that would matter. */
const endlessMs = 115_000;

/** Whether the service ends connections that send their head, or their body, too slowly; judged by the longest watch there was. */
export function judgeSlow(slow: "head" | "body", evidence: Evidence, target: Target): Judgement {
  const long = evidence.experiments[`slow-${slow}-120s`]?.calls ?? [];
  const calls = long.length > 0 ? long : (evidence.experiments[`slow-${slow}`]?.calls ?? []);
  const all = calls.flatMap(slowIn).filter(wasOpened);
  const useless = notSlow(all);
  if (useless !== null) return say("inconclusive", useless, calls);
  const served = servedBy(target);
  const limitMs = "notApplicable" in served ? 0 : slowLimit(served, slow);
  const lasting = all.filter((one) => one.endedMs === null || lastedMs(one) > limitMs * lateness);
  if (lasting.length === 0) return endedInTime(all, limitMs, slow, calls);
  const open = lasting.filter((one) => one.endedMs === null);
  const watchedMs = largest(open.map(lastedMs));
  if (open.length > 0 && watchedMs < limitMs * lateness) {
    const because = `${open.length} of ${all.length} connections with a slow ${slow} were not seen to end within ${millis(watchedMs)}; whether they end within ${millis(limitMs)} takes the longer watch of --profile nightly`;
    return say("inconclusive", because, calls);
  }
  return tooLong(slow, { all, lasting, open, limitMs, watchedMs }, calls, target);
}

function tooLong(
  slow: "head" | "body",
  found: {
    readonly all: readonly Slow[];
    readonly lasting: readonly Slow[];
    readonly open: readonly Slow[];
    readonly limitMs: number;
    readonly watchedMs: number;
  },
  calls: readonly ObservedCall[],
  target: Target,
): Judgement {
  const { all, lasting, open, limitMs, watchedMs } = found;
  const longest = largest(lasting.map(lastedMs));
  const sending = `of ${all.length} connections that send their ${slow} a little every second`;
  const how =
    open.length > 0
      ? `${open.length} ${sending} were not seen to end within ${millis(watchedMs)}`
      : `${lasting.length} ${sending} were ended after ${millis(longest)} only`;
  const endless = open.length > 0 && watchedMs >= endlessMs;
  return say(
    endless ? "fail" : "advice",
    `${how}; ${millis(limitMs)} is enough for a caller that means it`,
    calls,
    {
      estimate: { name: "life of a slow connection", value: Math.round(longest), unit: "ms" },
      limit: { name: "limit", value: limitMs, unit: "ms" },
      severity: severityOf(target, endless ? "broken" : "advice") ?? "medium",
      diagnosis: `Nothing limits how long a request's ${slow} may take, or only a server's own default of a minute and more: whoever sends slowly, by bad luck or on purpose, holds connections until there are none for others.`,
      evidence: citesOf(calls, `${lasting.length} connections outlived ${millis(limitMs)}`),
    },
  );
}

/** Why the connections tell nothing about slow callers, or `null`. */
function notSlow(all: readonly Slow[]): string | null {
  if (all.length < 10) return `${many(all.length, "slow connection")} could be opened, 10 are needed`;
  const refused = all.filter((one) => one.status !== 408 && lastedMs(one) < atOnceMs);
  if (refused.length <= all.length / 10) return null;
  const what = [...new Set(refused.map(({ status, error }) => status ?? error ?? "closed"))].join(", ");
  return `${refused.length} of ${all.length} slow connections were ended at once (${what}), before they were slow`;
}

function wasOpened({ error, status }: RequestRecord): boolean {
  return status !== null || error === null || ends.includes(error);
}

/** How the service ends a connection. */
const ends: readonly string[] = ["closed", "reset"];

function slowIn(call: ObservedCall): (RequestRecord & { readonly untilMs: number })[] {
  const slow = call.requests.filter(({ role }) => role === "slow");
  return slow.map((one) => ({ ...one, untilMs: call.endedMs ?? call.watchedUntilMs }));
}

type Slow = ReturnType<typeof slowIn>[number];

/** How long it stood; when it still did at the end, at least this long. */
function lastedMs(one: Slow): number {
  return (one.endedMs ?? one.untilMs) - one.startedMs;
}

function endedInTime(
  all: readonly Slow[],
  limitMs: number,
  slow: string,
  calls: readonly ObservedCall[],
): Judgement {
  const longest = largest(all.map(lastedMs));
  const answered = all.filter(({ status }) => status !== null).map(({ status }) => status);
  const how =
    answered.length === 0 ? "closed without an answer" : `answered with ${[...new Set(answered)].join(", ")}`;
  const because = `all ${all.length} connections with a slow ${slow} were ended within ${millis(longest)} (${how}); ${millis(limitMs)} are allowed`;
  return say("pass", because, calls, {
    estimate: { name: "life of a slow connection", value: Math.round(longest), unit: "ms" },
    limit: { name: "limit", value: limitMs, unit: "ms" },
  });
}

function citesOf(calls: readonly ObservedCall[], note: string): Citation[] {
  return calls
    .slice(0, 3)
    .map((call) => ({ experiment: call.experiment, call: call.id, exchanges: [], note }));
}
