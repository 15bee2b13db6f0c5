import { formatDuration } from "@holdfast/core";
import type { ModeSubject } from "../alerts/mode-subject.ts";
import { quantileOf, rateOf } from "../dashboards/expressions.ts";
import { httpClient, resilience } from "../metrics/catalogue.ts";
import type { CallFamily, PlainMetric } from "../metrics/families.ts";
import { selector } from "../metrics/selector.ts";
import { ofObjective, recorded } from "../rules/names.ts";
import { slug } from "../slug.ts";
import type { Command, Look, Missing, RunbookSubject } from "./mode.ts";

/** A query as somebody pastes it into Prometheus. */
export function promql(expr: string): Command {
  return { language: "promql", text: expr.replaceAll("$__rate_interval", "5m") };
}

/** A command for a shell. */
export function sh(text: string): Command {
  return { language: "sh", text };
}

/** A piece of a policy. */
export function policyPart(text: string): Command {
  return { language: "yaml", text: `policy:\n  ${text}` };
}

/** A duration of the contract, or what stands where it declares none. */
export function told(ms: number | undefined, otherwise: string): string {
  return ms === undefined ? otherwise : formatDuration(ms);
}

/** By what the calls are counted. */
export function familyFor({ family, subject }: RunbookSubject): CallFamily {
  return family ?? { kind: subject.source === "otel" ? "otel" : "resilience" };
}

/** The metric of requests by HTTP that is asked for where there is none of our own; `null` where there is none at all. */
function requestsOf(of: RunbookSubject): PlainMetric | null {
  const family = familyFor(of);
  if (family.kind === "plain") return family.metric;
  const { status, errorType } = httpClient.label;
  const labels = [status, errorType];
  const count = `${httpClient.duration}_count`;
  return family.kind === "otel" ? { count, duration: httpClient.duration, labels, side: "client" } : null;
}

/** Plain metrics do not tell providers apart, so conditions on a provider would leave nothing. */
function counted(of: RunbookSubject): ModeSubject {
  const { subject } = of;
  if (familyFor(of).kind !== "plain") return subject;
  const own = new Set<string>([resilience.label.policy, httpClient.label.address]);
  return { ...subject, matchers: subject.matchers.filter(({ label }) => !own.has(label)) };
}

/** What plain metrics count besides the calls that are asked for. */
function noteOf(of: RunbookSubject): Pick<Command, "note"> {
  const family = familyFor(of);
  if (family.kind !== "plain") return {};
  return family.metric.side === "client"
    ? { note: "It counts the requests to all providers together." }
    : { note: "It counts what the service answers to its own callers, whatever they ask for." };
}

const untold: Missing = {
  missing:
    "No metric that was seen of the service tells this: read it from its log and traces, and let it export how its calls end.",
};

/** How the calls end. */
export function endsQuery(of: RunbookSubject): Command | Missing {
  if (familyFor(of).kind === "resilience")
    return promql(rateOf(of.subject, resilience.calls, [resilience.label.outcome]));
  const requests = requestsOf(of);
  if (requests === null) return untold;
  return { ...promql(rateOf(counted(of), requests.count, requests.labels)), ...noteOf(of) };
}

/** Why attempts fail. */
export function failuresQuery(of: RunbookSubject): Command | Missing {
  if (familyFor(of).kind !== "resilience") return requestsOf(of)?.side === "client" ? endsQuery(of) : untold;
  const { failureClass, errorType } = resilience.label;
  return promql(rateOf(of.subject, resilience.attemptFailures, [failureClass, errorType]));
}

/** How many requests each instance sends. */
export function sentQuery(of: RunbookSubject): Command | Missing {
  if (familyFor(of).kind === "resilience")
    return promql(rateOf(of.subject, resilience.attempts, ["instance"]));
  const requests = requestsOf(of);
  return requests?.side === "client"
    ? { ...promql(rateOf(counted(of), requests.count, ["instance"])), ...noteOf(of) }
    : untold;
}

/** How long the slowest hundredth of the calls takes. */
export function slowestQuery(of: RunbookSubject): Command | Missing {
  const metric = familyFor(of).kind === "resilience" ? resilience.duration : requestsOf(of)?.duration;
  return metric === undefined || metric === null
    ? untold
    : { ...promql(quantileOf(counted(of), metric, 0.99)), ...noteOf(of) };
}

/** What answers mean: in the words of our own metrics, or in those of any client of HTTP, which logs know too. */
export function answersFor(
  of: RunbookSubject,
  answers: { readonly ours: Look["answers"]; readonly others: Look["answers"] },
): Look["answers"] {
  return familyFor(of).kind === "resilience" ? answers.ours : answers.others;
}

/** The burn rates of its objectives; where there is none, how its calls end. */
export function isItOver(of: RunbookSubject): { readonly says: string; readonly run: Command | Missing } {
  const [first] = of.objectives;
  if (first === undefined) {
    const run = endsQuery(of);
    return "missing" in run
      ? { says: "Its callers see successes only, for ten minutes.", run }
      : { says: "Only successes are left among the ends of calls, for ten minutes:", run };
  }
  const { service, integration } = first;
  const all = selector(recorded.currentBurn, [
    { label: "service", is: "=", value: service },
    { label: "integration", is: "=", value: integration },
  ]);
  return {
    says: "The burn rate of every objective stays below 1 for ten minutes; the query answers nothing then:",
    run: promql(`${of.objectives.length === 1 ? ofObjective(recorded.currentBurn, first) : all} >= 1`),
  };
}

/** Whether a provider is known by its host, and not by the name of its integration alone. */
export function isHost(provider: string): boolean {
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(provider);
}

/** A restart of the instances, one after another. */
export function restart(service: string): Command {
  return sh(`kubectl rollout restart deployment/${slug(service)}`);
}

/** Is it the provider, or are we it? Every runbook of an integration asks that first. */
export function whoseLook(of: RunbookSubject): Look {
  const { provider, integration } = of.subject;
  const reachable = isHost(provider);
  const run = reachable
    ? sh(
        `curl -sS -o /dev/null -m 10 -w '%{http_code} in %{time_total}s, connected in %{time_connect}s\\n' https://${provider}/`,
      )
    : familyFor(of).kind === "resilience"
      ? endsQuery(of)
      : failuresQuery(of);
  return reachable
    ? {
        says: "Ask the provider from a machine that runs the service:",
        run,
        answers: [
          {
            when: "a status within a second",
            means: "the provider can be reached; go on with what fails of our calls",
          },
          {
            when: "`Could not resolve`, `refused` or a wait of 10 s",
            means: "it is the provider or the network; see its status page, then the mitigation",
          },
        ],
      }
    : {
        says: `See how calls to ${integration} end, per second:`,
        run,
        answers: [
          {
            when: "only some codes of error besides success",
            means: "the provider answers; go on with what fails of our calls",
          },
          {
            when: "no success at all",
            means: "it is the provider or the network; see its status page, then the mitigation",
          },
        ],
      };
}

/** Who is called next. */
export function callFor({ subject }: RunbookSubject, minutes: number): string {
  return `After ${minutes} minutes without an improvement, call whoever owns this runbook, and open a case with the provider ${subject.provider}: give the time of the first failure, the share of calls that fail and one request id.`;
}
