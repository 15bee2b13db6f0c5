import type { Assembled } from "./evidence.ts";
import type { Observation, ObservedCall } from "./model.ts";
import { counted, durationText } from "./report/text.ts";
import { quantile } from "./stats.ts";

/**
 * Where the requests of a call went, as far as the proxies saw: `reached` the provider; `unanswered`: nobody answered its attempts to connect;
 * `closed`: connections were refused meanwhile, and whether it tried cannot be seen; `unsent`: the provider could be reached, and no request
 * came. `distrusted`: the provider showed a bad certificate, and no request came. `unknown`: what was seen does not tell.
 */
export type Way = "reached" | "unanswered" | "closed" | "distrusted" | "unsent" | "unknown";

/** A call with where its requests went. */
export interface EndedCall {
  readonly call: ObservedCall;
  readonly way: Way;
}

/** Where the requests of a call to an integration went. */
export function wayOf(call: ObservedCall, integration: string, assembled: Assembled): Way {
  const own = assembled.exchangesByCall.get(call.id) ?? [];
  if (own.some((one) => one.integration === integration)) return "reached";
  const during = (atMs: number): boolean => atMs >= call.startedMs && atMs <= call.watchedUntilMs;
  const beside = assembled.observations.filter((one) => "instance" in one && one.instance === call.instance);
  const shown = beside.find((one) => one.type === "handshakes" && one.armedCall === call.id);
  if (shown?.type === "handshakes" && shown.connects.some(({ beganMs }) => during(beganMs)))
    return shown.fault.spec.kind === "tls-hang" ? "unanswered" : "distrusted";
  if (beside.some((one) => isUnclear(one, during))) return "unknown";
  if (beside.some((one) => one.type === "refusal" && one.armedCall === call.id)) return "closed";
  const hole = beside.find((one) => one.type === "black-hole" && one.armedCall === call.id);
  if (hole?.type !== "black-hole") return "unsent";
  if (!hole.counted) return "unknown";
  return hole.connects.some(({ beganMs }) => during(beganMs)) ? "unanswered" : "unsent";
}

/** What went past the proxies, belongs to no call that is known, or was no request that they can read may have been this call's. */
function isUnclear(one: Observation, during: (atMs: number) => boolean): boolean {
  if (one.type === "bypass") return during(one.atMs);
  if (one.type === "connection") return (one.opaque || one.exchanges === 0) && during(one.acceptedMs);
  return one.type === "exchange" && one.armedCall === null && during(one.arrivedMs);
}

/** What a call may take beyond what a healthy one takes to have ended at once: the limit of `fails-fast`. */
const atOnceMs = 100;

/** How the calls that did not succeed ended, in sentences: how long they took, and what became of their requests. */
export function endsOf(calls: readonly EndedCall[], healthy: readonly ObservedCall[]): readonly string[] {
  const bad = calls.filter(({ call }) => call.outcome !== "succeeded");
  const failed = bad.filter(({ call }) => call.outcome === "failed" && call.endedMs !== null);
  const open = bad.filter(({ call }) => call.outcome === "unfinished");
  const among = (way: Way) => failed.filter((one) => one.way === way);
  const late = among("unsent").filter(({ call }) => !endedAtOnce(call, healthy));
  return [
    ...(failed.length === 0 ? [] : [`Failing took ${spanOf(failed)}.`]),
    ...sentence(
      open,
      (those) =>
        `had no answer when the watch ended, after ${durationText(Math.min(...those.map(({ call }) => call.horizonMs)))} at least`,
    ),
    ...sentence(
      among("unanswered"),
      () => "did not reach the provider: nobody answered the attempts to connect",
    ),
    ...sentence(
      among("distrusted"),
      () => "did not reach the provider: it showed a bad certificate, and no request was sent",
    ),
    ...sentence(among("closed"), () => "did not reach the provider: it refused connections"),
    ...sentence(
      late,
      (those) =>
        `failed after ${spanOf(those)} without a request to the provider, which accepted connections`,
    ),
  ];
}

/** What kept calls from failing, or from waiting, as far as the wire shows it. */
export function helpOf(calls: readonly EndedCall[], healthy: readonly ObservedCall[]): readonly string[] {
  const saved = calls.filter(({ call }) => call.outcome === "succeeded");
  const isHit = ({ firedMs }: ObservedCall["attempts"][number]): boolean => firedMs !== null;
  const again = saved.filter(
    ({ call: { attempts } }) => attempts.some(isHit) && !isHit(attempts.at(-1) as (typeof attempts)[number]),
  );
  const coped = saved.filter(({ call: { attempts } }) => attempts.length > 0 && attempts.every(isHit));
  const without = saved.filter(({ way }) => way !== "reached" && way !== "unknown");
  const refused = calls.filter(
    ({ call, way }) => call.outcome === "failed" && way === "unsent" && endedAtOnce(call, healthy),
  );
  return [
    ...sentence(again, () => "succeeded with an attempt that followed those that were hit"),
    ...sentence(
      coped,
      () =>
        "succeeded although every attempt was hit: the service answered without the provider, or coped with the fault",
    ),
    ...sentence(
      without,
      () => "succeeded without a request that reached the provider: the service answered by itself",
    ),
    ...sentence(
      refused,
      (those) =>
        `failed after ${spanOf(those)} without a request to the provider, which accepted connections: something in the service, such as a breaker or a limit, refused them at once`,
    ),
  ].map((told) => told.replace(/^(\d+) calls?/, `$1 of ${counted(calls.length, "call")}`));
}

function endedAtOnce({ startedMs, endedMs }: ObservedCall, healthy: readonly ObservedCall[]): boolean {
  const times = healthy.flatMap((one) => (one.endedMs === null ? [] : [one.endedMs - one.startedMs]));
  // Without a healthy call nobody knows what the service itself takes.
  return endedMs !== null && times.length > 0 && endedMs - startedMs <= atOnceMs + quantile(times, 0.9);
}

function sentence(
  those: readonly EndedCall[],
  says: (those: readonly EndedCall[]) => string,
): readonly string[] {
  return those.length === 0 ? [] : [`${counted(those.length, "call")} ${says(those)}.`];
}

/** `1.7 s`, or `1.7 s to 4.1 s`. */
function spanOf(those: readonly EndedCall[]): string {
  const times = those.map(({ call }) => (call.endedMs ?? call.startedMs) - call.startedMs);
  const [low, high] = [durationText(Math.min(...times)), durationText(Math.max(...times))];
  return low === high ? high : `${low} to ${high}`;
}
