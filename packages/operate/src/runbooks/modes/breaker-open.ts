import { rateOf } from "../../dashboards/expressions.ts";
import { resilience } from "../../metrics/catalogue.ts";
import type { RunbookMode } from "../mode.ts";
import {
  callFor,
  failuresQuery,
  familyFor,
  isItOver,
  policyPart,
  promql,
  told,
  whoseLook,
} from "../words.ts";

/** A circuit that does not close again. */
export const breakerOpen: RunbookMode = {
  id: "breaker-open",
  title: "Circuit breaker open",
  of: "integration",
  alerts: ["CircuitBreakerOpen"],
  shownAs: [],
  related: ["provider-unavailable", "provider-silent", "retry-storm"],
  applies: (of) =>
    of.policy.breaker !== undefined &&
    of.subject.source === "resilience" &&
    familyFor(of).kind === "resilience",
  write: (of) => {
    const { subject, policy } = of;
    const { integration } = subject;
    return {
      meaning: `So many calls to ${integration} failed that its circuit breaker opened: calls are refused at once, without being tried. It tries a few again by itself after ${told(policy.breaker?.open?.baseMs, "a while")} and closes when they succeed.`,
      impact: `Everything that needs ${integration} fails fast, or is answered by a fallback. Nothing is lost that was not sent.`,
      diagnosis: [
        {
          says: "See which failures opened it:",
          run: failuresQuery(of),
          answers: [
            {
              when: "`unavailable` or a status of 5xx",
              means: "the provider is down: open the runbook for that",
            },
            {
              when: "`ambiguous` with `timeout`",
              means: "the provider is silent or slow: open the runbook for that",
            },
            { when: "nothing any more", means: "it is recovering: wait for its probes" },
          ],
        },
        {
          says: "See whether it opens and closes all the time:",
          run: promql(rateOf(subject, resilience.transitions, [resilience.label.from, resilience.label.to])),
          answers: [
            { when: "only `closed` → `open`, once", means: "it does what it is there for" },
            {
              when: "all changes, again and again",
              means: "the provider answers probes and no load: lower the load first",
            },
          ],
        },
        whoseLook(of),
      ],
      mitigation: [
        {
          says: "Wait for the probes while the provider is down: opening the circuit by force would only send it what it cannot answer.",
          run: promql(
            `max by (${resilience.label.policy}) (${resilience.breakerState}{${resilience.label.state}="open"})`,
          ),
          risk: 1,
          back: "Nothing is changed, so there is nothing to roll back.",
        },
        {
          says: "If the breaker is wrong (the provider is well, and calls that are tried succeed), let it only watch, and deploy that:",
          run: policyPart("breaker: { mode: shadow }"),
          risk: 2,
          back: "To roll back, take the line out and deploy again.",
        },
      ],
      verification: isItOver(of),
      escalation: callFor(of, 15),
    };
  },
};
