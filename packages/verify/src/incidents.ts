import { faultEndMs } from "./attempts.ts";
import type { Assembled } from "./evidence.ts";
import { findingId, placeOfResult, stableHash } from "./findings.ts";
import { isLoss } from "./judgement.ts";
import { millis } from "./limits.ts";
import type { Attempt } from "./model.ts";
import type { CheckResult, Incident } from "./report/model.ts";

/** Every failure that nobody accepted, told as the incident it would have been. */
export function incidentsOf(results: readonly CheckResult[], assembled: Assembled): Incident[] {
  const drafted = results
    .filter((result) => result.verdict === "fail" && result.accepted === undefined)
    .map((result) => incidentOf(result, assembled));
  return [...new Map(drafted.map((incident) => [incident.id, incident])).values()];
}

function incidentOf(result: CheckResult, assembled: Assembled): Incident {
  const id = `INC-${stableHash(result)}`;
  return {
    id,
    title: `${placeOfResult(result)}: ${titleOf(result)}`,
    finding: findingId(result),
    severity: result.severity ?? "medium",
    story: storyOf(result),
    timeline: timelineOf(result, assembled),
    file: `incidents/${id}.md`,
  };
}

/** What the page would have said. */
const titles: Readonly<Record<string, string>> = {
  "stays-alive": "the service goes down with its provider",
  connect: "callers hang on connections that never come about",
  attempt: "callers hang on a silent provider",
  deadline: "callers wait too long for a slow provider",
  "cancels-on-the-wire": "connections pile up behind timeouts",
  "server-slow-headers": "slow callers hold our connections",
  "server-slow-body": "slow callers hold our connections",
  "server-keeps-serving": "a few slow callers lock out all others",
  "retries-transient": "every blink of the provider reaches our callers",
  bounded: "a provider that is down gets too many attempts",
  classification: "requests are repeated that cannot succeed, or not repeated that could",
  "honours-retry-after": "we keep knocking while the provider throttles us",
  "backs-off": "retries come back at an unchanging rate",
  jitters: "retries come back in one wave",
  budget: "an outage of the provider multiplies its load",
  "no-hidden-replay": "the transport repeats requests behind our back",
  "key-present": "requests cannot be told from their repetition",
  "key-stable": "each retry is taken for a new request",
  "key-unique": "two orders are taken for one",
  "key-survives-restart": "a restart makes commands new to the provider",
  "one-effect-on-lost-reply": "customers are charged more than once",
  "one-effect-on-late-duplicate": "a request that came late took effect once more",
  replays: "a caller that asks again is served twice, or never told",
  "serialises-concurrent": "two requests at once with one key are done twice",
  "rejects-mismatch": "a used key lets another request through",
  "completes-after-crash": "a crash leaves requests half done",
  opens: "a provider that is down is called all the same",
  "opens-on-timeouts": "every caller waits for a silent provider",
  "fails-fast": "callers wait although nobody asks the provider",
  "probes-gently": "a provider that comes back gets everything at once",
  recovers: "the outage goes on after the provider's own is over",
  "does-not-flap": "a few failures of the provider become an outage",
  "right-granularity": "the outage of one provider cuts off the others",
  "bulkhead-isolates": "a slow provider takes the room of the others",
  "id-in-to-out": "a trace ends at our door",
  "logs-carry-id": "a failed call leaves no trace in the logs",
  "logs-diagnose": "the logs do not tell what failed",
  "no-secrets-in-logs": "a secret is in the logs",
  "slo-declared": "nobody knows how much may fail",
  "alert-fires": "callers get errors and nobody is told",
  "alert-stays-quiet": "an alert fires though nothing is wrong, until nobody looks any more",
  "alert-resolves": "an alert goes on when the incident is over",
  "alert-names-provider": "whoever is woken has to find out which provider failed",
  "dashboard-covers-slo": "the dashboard looks the same in an outage",
  "dashboard-queries-resolve": "panels stay empty in an incident",
  "commands-resolve": "a step of the runbook names what does not exist",
  "linked-from-alert": "whoever is woken has to search for the runbook",
  exists: "whoever is called finds no runbook",
  complete: "whoever is called gets stuck half-way through the runbook",
  "covers-observed-failures": "whoever is called finds everything but what happened",
};

function titleOf(result: CheckResult): string {
  if (isLoss(result)) return "callers are told of success, and nothing happens";
  return titles[result.id] ?? result.question;
}

function storyOf(result: CheckResult): string {
  const diagnosis = result.diagnosis === undefined ? "" : ` ${result.diagnosis}`;
  return `Seen in a run of holdfast, on the real service: ${result.because}.${diagnosis}`;
}

/** The first cited call from its start: attempts, faults, give-ups and the caller's answer, in ms after the start. */
function timelineOf(result: CheckResult, assembled: Assembled): Incident["timeline"] {
  const cited = result.evidence[0];
  const call = assembled.calls.find((one) => one.id === cited?.call);
  if (cited === undefined || call === undefined) return [];
  const exchanges = (assembled.exchangesByCall.get(call.id) ?? []).slice(0, 12);
  const attempts = exchanges.map((one, index): Attempt => ({ ...one, number: index + 1 }));
  const at = (ms: number): number => Math.round((ms - call.startedMs) * 10) / 10;
  const events = [
    { atMs: 0, what: `the caller asks (call ${call.id})` },
    ...attempts.flatMap((one) => eventsOf(one, at)),
    call.endedMs === null
      ? {
          atMs: at(call.watchedUntilMs),
          what: `the caller still waits after ${millis(call.watchedUntilMs - call.startedMs)}`,
        }
      : {
          atMs: at(call.endedMs),
          what: `the caller has an answer: ${call.outcome}${call.status === null ? "" : ` (${call.status})`}`,
        },
    { atMs: at(call.watchedUntilMs), what: cited.note },
  ];
  return events.toSorted((a, b) => a.atMs - b.atMs);
}

function eventsOf(attempt: Attempt, at: (ms: number) => number): { atMs: number; what: string }[] {
  const { method, target } = attempt.request;
  const fault = attempt.fault?.spec.kind;
  const events = [
    {
      atMs: at(attempt.arrivedMs),
      what: `attempt ${attempt.number}: ${method} ${target} reaches the provider`,
    },
  ];
  if (fault !== undefined && attempt.firedMs !== null) {
    events.push({ atMs: at(faultEndMs(attempt)), what: `attempt ${attempt.number} meets ${fault}` });
  }
  if (attempt.consumerClosed !== null) {
    events.push({
      atMs: at(attempt.consumerClosed.atMs),
      what: `attempt ${attempt.number}: the service closes the connection`,
    });
  }
  return events;
}
