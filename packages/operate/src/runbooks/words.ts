import { formatDuration } from "@holdfast/core";
import { quantileOf, rateOf } from "../dashboards/expressions.ts";
import { httpClient, resilience } from "../metrics/catalogue.ts";
import { selector } from "../metrics/selector.ts";
import { ofObjective, recorded } from "../rules/names.ts";
import type { Command, Look, RunbookSubject } from "./mode.ts";

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

/** How the calls end. */
export function endsQuery({ subject }: RunbookSubject): Command {
  if (subject.source === "otel")
    return promql(
      rateOf(subject, `${httpClient.duration}_count`, [httpClient.label.status, httpClient.label.errorType]),
    );
  return promql(rateOf(subject, resilience.calls, [resilience.label.outcome]));
}

/** Why attempts fail. */
export function failuresQuery({ subject }: RunbookSubject): Command {
  if (subject.source === "otel")
    return promql(
      rateOf(subject, `${httpClient.duration}_count`, [httpClient.label.status, httpClient.label.errorType]),
    );
  const { failureClass, errorType } = resilience.label;
  return promql(rateOf(subject, resilience.attemptFailures, [failureClass, errorType]));
}

/** How long the slowest hundredth of the calls takes. */
export function slowestQuery({ subject }: RunbookSubject): Command {
  const metric = subject.source === "otel" ? httpClient.duration : resilience.duration;
  return promql(quantileOf(subject, metric, 0.99));
}

/** The burn rates of its objectives; where there is none, how its calls end. */
export function isItOver(of: RunbookSubject): { readonly says: string; readonly run: Command } {
  const [first] = of.objectives;
  if (first === undefined)
    return { says: "Only successes are left among the ends of calls, for ten minutes:", run: endsQuery(of) };
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

/** Is it the provider, or are we it? Every runbook of an integration asks that first. */
export function whoseLook(of: RunbookSubject): Look {
  const { provider, integration } = of.subject;
  const reachable = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(provider);
  const run = reachable
    ? sh(
        `curl -sS -o /dev/null -m 10 -w '%{http_code} in %{time_total}s, connected in %{time_connect}s\\n' https://${provider}/`,
      )
    : endsQuery(of);
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
