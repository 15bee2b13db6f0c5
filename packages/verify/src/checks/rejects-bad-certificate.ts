import { defineCheck } from "../define-check.ts";
import { once, spec } from "../experiments.ts";
import { callsOf, cite, many, say, severityOf } from "../judgement.ts";
import type { Check, Evidence, ExperimentSpec, Judgement, ObservedCall, Target } from "../model.ts";
import { largest, zeroBound } from "../stats.ts";

/** Is a provider that cannot prove who it is refused, and told nothing? */
export const rejectsBadCertificate: Check<null> = defineCheck<null>({
  id: "rejects-bad-certificate",
  item: "consistency/compatibility",
  question:
    "Is a provider whose certificate has expired, is another host's, or comes from an unknown authority refused before it is sent anything?",
  rule: "Where the provider is reached over TLS, no request is sent on a connection whose certificate has expired, names another host or is signed by an authority that the service was never told to trust; a call that meets one ends. A certificate does not get better by asking again: more than one connection for it in a call is advice.",
  source:
    "RFC 5280 §6 (validity and path), RFC 9525 §6 (names), RFC 9110 §4.3.4; Chaos Mesh's certificate faults; holdfast guide rejects-bad-certificate",
  required: true,
  timed: true,
  about: ({ integration }) =>
    integration.tls
      ? null
      : { notApplicable: "the provider is reached without TLS (`tls: true` in the contract changes that)" },
  commitment: ({ integration }) => ["integrations", integration.name, "tls"],
  plan: (_, target) => shown.map((one) => experimentOf(target, one)),
  needs: () => [],
  judge: (_, evidence, target) => {
    const seen = shown.map((one) => seenUnder(one, evidence));
    const calls = callsOf(evidence, ...shown.map(({ experiment }) => experiment));
    return taken(seen, calls, target) ?? unclear(seen, calls) ?? askedAgain(seen, calls, target);
  },
});

/** A certificate that is no good, and what it is called in a sentence. */
interface Shown {
  readonly experiment: string;
  readonly defect: string;
  readonly words: string;
}

const shown: readonly Shown[] = [
  { defect: "expired", words: "one that has expired" },
  { defect: "other-host", words: "one of another host" },
  { defect: "unknown-authority", words: "one of an authority that nobody knows" },
].map((one) => ({ ...one, experiment: `certificate-${one.defect}` }));

/** Fewer calls to a certificate are an accident: a connection may have been under way when it changed. */
const callsMin = 2;

function experimentOf(target: Target, { experiment, defect, words }: Shown): ExperimentSpec {
  const summary = `The provider's certificate is ${words}.`;
  const settings = { samples: 3, samplesMax: 6, perInstance: 3, connection: "fresh" } as const;
  return spec(target, experiment, summary, once({ kind: "bad-certificate", defect }), settings);
}

/** What became of the calls that were shown a certificate. */
interface Seen extends Shown {
  /** Calls that opened a connection meanwhile, with how many. */
  readonly calls: readonly { readonly call: ObservedCall; readonly connections: number }[];
}

function seenUnder(one: Shown, evidence: Evidence): Seen {
  const calls = callsOf(evidence, one.experiment).flatMap((call) => {
    const record = evidence.handshakes.find(({ armedCall }) => armedCall === call.id);
    const untilMs = call.endedMs ?? call.watchedUntilMs;
    const connections = (record?.connects ?? []).filter(
      ({ beganMs }) => beganMs >= call.startedMs && beganMs <= untilMs,
    ).length;
    return connections === 0 ? [] : [{ call, connections }];
  });
  return { ...one, calls };
}

const sentOn = ({ call }: Seen["calls"][number]): boolean => call.attempts.length > 0;
const hung = ({ call }: Seen["calls"][number]): boolean => call.outcome === "unfinished";

function count(seen: readonly Seen[], which: (one: Seen["calls"][number]) => boolean): string {
  return seen
    .filter((one) => one.calls.some(which))
    .map((one) => `${one.words} (${one.calls.filter(which).length} of ${many(one.calls.length, "call")})`)
    .join(", ");
}

/** A request on a connection that nothing vouches for, or a call that never ends. */
function taken(seen: readonly Seen[], calls: readonly ObservedCall[], target: Target): Judgement | null {
  const told = seen.filter((one) => one.calls.filter(sentOn).length >= callsMin);
  const endless = seen.filter((one) => one.calls.filter(hung).length >= callsMin);
  if (told.length + endless.length === 0) return null;
  const sentences = [
    ...(told.length > 0 ? [`requests were sent in spite of the certificate: ${count(told, sentOn)}`] : []),
    ...(endless.length > 0 ? [`calls never ended under ${count(endless, hung)}`] : []),
  ];
  const all = told.length === shown.length;
  const names = told.every(({ defect }) => defect === "other-host");
  const diagnosis =
    told.length === 0
      ? "The failure of the handshake reaches nobody: an event or a promise that nobody waits for."
      : all
        ? "Certificates are not looked at: whoever answers at the provider's address is sent everything, keys and customers' data included."
        : names
          ? "The certificate is checked, but not whose it is: any host with a certificate may stand in for the provider."
          : "Certificates are looked at in part.";
  const cited = [...told, ...endless].flatMap(({ words, calls: [first] }) =>
    first === undefined ? [] : [cite(first.call, `the provider's certificate was ${words}`)],
  );
  return say("fail", sentences.join("; "), calls, {
    fired: connectionsOf(seen),
    diagnosis,
    severity: severityOf(target, "harm") ?? "high",
    evidence: cited.slice(0, 3),
  });
}

/** Why too little is known, or `null`. */
function unclear(seen: readonly Seen[], calls: readonly ObservedCall[]): Judgement | null {
  const few = seen.find((one) => one.calls.length < callsMin);
  if (few !== undefined) {
    const because = `${many(few.calls.length, "call")} opened a connection while the certificate was ${few.words}, ${callsMin} are needed`;
    const more = { experiment: few.experiment, samples: callsMin, buys: "calls that meet the certificate" };
    return say("inconclusive", because, calls, few.calls.length > 0 ? { more } : {});
  }
  const once = seen.find((one) => one.calls.some((call) => sentOn(call) || hung(call)));
  if (once === undefined) return null;
  const because = `one call of ${once.calls.length} sent its request or did not end though the certificate was ${once.words}: a connection may have been under way when it changed`;
  const more = { experiment: once.experiment, samples: callsMin, buys: "another call like it" };
  return say("inconclusive", because, calls, { more });
}

/** Every call refused the certificate; how often it asked is what is left to judge. */
function askedAgain(seen: readonly Seen[], calls: readonly ObservedCall[], target: Target): Judgement {
  const all = seen.flatMap((one) => one.calls);
  const shared = { fired: connectionsOf(seen), bound: zeroBound(all.length) };
  const refused = `all ${many(all.length, "call")} refused ${shown.map(({ words }) => words).join(", ")}`;
  const again = all.filter(({ connections }) => connections > 1);
  if (again.length < callsMin) return say("pass", `${refused}, and ended`, calls, shared);
  const most = largest(again.map(({ connections }) => connections));
  return say("advice", `${refused}, but ${again.length} of them asked for it up to ${most} times`, calls, {
    ...shared,
    diagnosis: "The failure of a certificate is taken for one of the network, and tried again.",
    severity: severityOf(target, "advice") ?? "low",
    evidence: again.slice(0, 3).map(({ call, connections }) => cite(call, `${connections} connections`)),
  });
}

function connectionsOf(seen: readonly Seen[]): number {
  return seen.flatMap((one) => one.calls).reduce((sum, { connections }) => sum + connections, 0);
}
