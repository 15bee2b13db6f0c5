import { gapsOf, hasStableKey, isIdempotent, looksReplayed, methodOf, replayWithinMs } from "../attempts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { cutOnce, statusOnce } from "../experiments.ts";
import { callsOf, cite, many, say, severityOf } from "../judgement.ts";
import { millis } from "../limits.ts";
import type { Check, Evidence, ObservedCall } from "../model.ts";
import { median, zeroBound } from "../stats.ts";

/** Does the transport send requests again behind the application's back? */
export const noHiddenReplay: Check<null> = defineCheck<null>({
  id: "no-hidden-replay",
  item: "reliability/retries",
  question: "When a connection breaks, does the transport send the request again by itself?",
  rule: "After a reset or a close, on fresh and on reused connections, no byte-identical request follows within 32 ms unless the consumer tries again as fast after a 503, and none at any time that follows on reused connections alone; for a request with an effect and no stable key such a replay is harm.",
  source: "RFC 9110 §9.2.2; replay table measured per client; holdfast guide no-hidden-replay",
  required: false,
  countsAttempts: true,
  about: () => null,
  commitment: policyPath("idempotent"),
  plan: (_, target) => [
    cutOnce(target, "reset", "fresh"),
    cutOnce(target, "reset", "reused"),
    cutOnce(target, "close", "fresh"),
    cutOnce(target, "close", "reused"),
    statusOnce(target, 503),
  ],
  judge: (_, evidence, target) => {
    const ways = experiments.map((name) => ({ name, calls: callsOf(evidence, name) }));
    const calls = ways.flatMap((way) => way.calls);
    const replayed = ways
      .map((way) => ({ ...way, replays: replaysOf(way, evidence) }))
      .filter((way) => way.replays.length > 0);
    const where = replayed
      .map((way) => `${way.name} ${way.replays.length} of ${way.calls.length}`)
      .join(", ");
    const late = replayed.length === 0 ? maybeReplayed(calls, evidence) : [];
    if (late.length > 0) {
      const because = `${many(late.length, "identical request")} followed a broken connection later than transports replay, but no later than this machine's noise makes them`;
      return say("inconclusive", because, calls);
    }
    if (replayed.length === 0) {
      const because = `no request was replayed in ${many(calls.length, "call")} whose connection broke, ${connectionsText(evidence)}`;
      return say("pass", because, calls, { bound: zeroBound(calls.length) });
    }
    if (retriesAsFast(evidence)) {
      const because = `requests follow at once (${where}), as they do after a 503: the consumer's own retry, not the transport's`;
      return say("pass", because, calls);
    }
    const method = methodOf(target, evidence.healthy) ?? "GET";
    const replays = replayed.flatMap((way) => way.replays);
    if (
      isIdempotent(method, target) ||
      replays.every((call) => hasStableKey(call.attempts, target.operation))
    ) {
      const because = `requests are replayed at once (${where}), which is harmless: ${isIdempotent(method, target) ? `${method} is idempotent` : "every copy carries the same key"}`;
      return say("pass", because, calls);
    }
    const because = `a ${method} without a stable key was sent again at once, byte for byte: ${where}; after a 503 it is not`;
    return say("fail", because, calls, {
      estimate: {
        name: "median time to the replay",
        value: median(replays.flatMap((call) => gapsOf(call.attempts))),
        unit: "ms",
      },
      limit: { name: "replay within", value: replayWithinMs, unit: "ms" },
      diagnosis:
        "The HTTP transport under the application repeats requests on broken connections; the application does not see it and its retry settings do not govern it.",
      severity: severityOf(target, "harm") ?? "high",
      evidence: replays
        .slice(0, 3)
        .map((call) => cite(call, `replayed after ${millis(gapsOf(call.attempts)[0] ?? 0)}`)),
    });
  },
});

const experiments = [
  "reset-once-fresh",
  "reset-once-reused",
  "close-once-fresh",
  "close-once-reused",
] as const;

/** Clients that keep no connection alive cannot be met on one: what was asked for is not always what was seen. */
function connectionsText(evidence: Evidence): string {
  const broken = callsOf(evidence, "reset-once-reused", "close-once-reused").flatMap((call) =>
    call.attempts.filter((one) => one.firedMs !== null),
  );
  return broken.some((one) => one.ordinal > 0)
    ? "fresh or reused"
    : "fresh connections only: no connection was reused";
}

function isReplayed(call: ObservedCall, withinMs: number = replayWithinMs): boolean {
  return call.attempts.some((one, index) => {
    const before = call.attempts[index - 1];
    return before !== undefined && looksReplayed(before, one, withinMs);
  });
}

/**
 * The calls of a way that were replayed. An application does not know whether its connection was used before: what follows on every
 * reused connection and on no fresh one is the transport's, however late a busy machine makes it.
 */
function replaysOf(
  way: { readonly name: string; readonly calls: readonly ObservedCall[] },
  evidence: Evidence,
): readonly ObservedCall[] {
  const soon = way.calls.filter((call) => isReplayed(call));
  if (soon.length > 0 || !way.name.endsWith("-reused")) return soon;
  const reused = way.calls.filter((call) => call.attempts[0] !== undefined && call.attempts[0].ordinal > 0);
  const fresh = callsOf(evidence, way.name.replace("-reused", "-fresh"));
  const again = (call: ObservedCall): boolean => isReplayed(call, Number.POSITIVE_INFINITY);
  const onReusedOnly =
    reused.length >= callsMin && reused.every(again) && fresh.length >= callsMin && !fresh.some(again);
  return onReusedOnly ? reused : [];
}

/** Fewer calls on each kind of connection show no difference between the two. */
const callsMin = 3;

/** Requests that came again so late that they are no replays on a quiet machine, but could be on this one. */
function maybeReplayed(calls: readonly ObservedCall[], evidence: Evidence): readonly ObservedCall[] {
  const { p99Ms } = evidence.noise;
  const isRetriedAfterStatus = callsOf(evidence, "503-once").some((call) => call.attempts.length > 1);
  if (isRetriedAfterStatus || p99Ms <= replayWithinMs) return [];
  return calls.filter((call) => isReplayed(call, replayWithinMs + p99Ms));
}

/** A consumer that tries again at once after a status does so after a reset too: nothing is hidden then. */
function retriesAsFast(evidence: Evidence): boolean {
  const gaps = callsOf(evidence, "503-once").flatMap((call) => gapsOf(call.attempts).slice(0, 1));
  return gaps.length > 0 && median(gaps) <= replayWithinMs;
}
