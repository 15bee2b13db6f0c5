import { headerOf } from "./attempts.ts";
import type { ObservedCall, Target } from "./model.ts";

/** What the lines of a failed call should tell, besides the kind of failure. */
export const logFacts = ["dependency", "operation", "attempt", "elapsed time", "status"] as const;
/** One of them. */
export type LogFact = (typeof logFacts)[number];

/** The facts that lines about a call tell; one that does not apply to the call is left out of both. */
export function factsIn(
  lines: readonly string[],
  call: ObservedCall,
  target: Target,
): { readonly applies: readonly LogFact[]; readonly told: readonly LogFact[] } {
  const text = lines.join("\n");
  const applies = logFacts.filter((fact) => isAsked[fact](call));
  return { applies, told: applies.filter((fact) => isTold[fact](text, call, target)) };
}

/** A single attempt needs no number, and only an answer has a status. */
const isAsked: Readonly<Record<LogFact, (call: ObservedCall) => boolean>> = {
  dependency: () => true,
  operation: () => true,
  attempt: (call) => call.attempts.length > 1,
  "elapsed time": () => true,
  status: (call) => statusesOf(call).length > 0,
};

const numbered =
  /\b((num_?)?attempts?(_?(no|number|count))?|tr(y|ies)|retr(y|ies)(_?(no|number|count))?|resend_?count)["']?[\s:=#]{1,3}["']?\d+|\d+(st|nd|rd|th) (attempt|try|retry)|\b\d+ (attempts?|tries|retries)\b|\b\d+\s?(\/|of)\s?\d+\b/i;
const timed =
  /(elapsed|duration|took|spent|latency|response_?time|_ms|ms|millis|seconds)\w*["']?\s?[:=]\s?["']?\d{1,6}(\.\d+)?(?!\d)|\b(after|in|took|spent|for|within) \d+(\.\d+)?\s?(ms|s|secs?|seconds?|millis(econds)?|µs)\b|\b\d+(\.\d+)?(ms|s|µs)\b/i;
/** Times that lie ahead say nothing about what was spent. */
const ahead =
  /(wait|delay|backoff|retry_?after|limit|timeout)\w*["']?\s?[:=]\s?["']?\d+(\.\d+)?|\b(next|retry(ing)?|again|waiting) (in|for|after) \d+(\.\d+)?\s?(ms|s|secs?|seconds?)\b/gi;

const isTold: Readonly<Record<LogFact, (text: string, call: ObservedCall, target: Target) => boolean>> = {
  dependency: (text, call, { integration }) =>
    names(text, integration.name) || hostsOf(call).some((host) => text.includes(host)),
  operation: (text, call, { operation }) =>
    names(text, operation.name) || call.attempts.some((one) => text.includes(pathOf(one.request.target))),
  attempt: (text) => numbered.test(text),
  "elapsed time": (text) => timed.test(text.replaceAll(ahead, "")),
  status: (text, call) =>
    statusesOf(call).some((status) => new RegExp(`(?<![\\w.-])${status}(?!\\w)`).test(text)),
};

/** Whether a text holds every word of a name, in the singular and however it is joined: `payment-provider`, `paymentProvider`. */
function names(text: string, name: string): boolean {
  const words =
    name
      .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.every((word) => {
    const stem = word.length > 4 ? word.replace(/(ies|es|s|y|e)$/, "") : word;
    const end = word.length > 4 ? "" : "(?![a-z0-9])";
    return new RegExp(`(?<![a-z0-9])${stem}${end}`, "i").test(text.replaceAll(/([a-z])([A-Z])/g, "$1 $2"));
  });
}

function hostsOf(call: ObservedCall): string[] {
  return call.attempts.flatMap((attempt) => headerOf(attempt, "host") ?? []);
}

function pathOf(target: string): string {
  return target.split("?")[0] ?? target;
}

/** The statuses that the attempts of a call were answered with by their faults. */
function statusesOf(call: ObservedCall): number[] {
  return call.attempts.flatMap(({ fault, firedMs }) => {
    const status = fault === null || firedMs === null ? undefined : fault.spec["status"];
    return fault?.spec.kind === "status" && typeof status === "number" ? [status] : [];
  });
}
