import { rateOf, shareOf } from "../../dashboards/expressions.ts";
import { resilience } from "../../metrics/catalogue.ts";
import type { RunbookMode } from "../mode.ts";
import { callFor, failuresQuery, familyFor, isItOver, policyPart, promql, whoseLook } from "../words.ts";

/** Retries that have become a load of their own, and the budget that stops them. */
export const retryStorm: RunbookMode = {
  id: "retry-storm",
  title: "Retry storm",
  of: "integration",
  alerts: ["RetryStorm", "RetryBudgetSpent"],
  shownAs: [],
  related: ["provider-unavailable", "rate-limited", "breaker-open"],
  applies: (of) => {
    const attempts = of.policy.retry?.attempts;
    return (
      of.subject.source === "resilience" &&
      familyFor(of).kind === "resilience" &&
      (attempts === undefined || attempts > 1)
    );
  },
  write: (of) => {
    const { subject, policy } = of;
    const { integration } = subject;
    const attempts = policy.retry?.attempts;
    return {
      meaning: `More than a tenth of the calls to ${integration} are tried again${attempts === undefined ? "" : `, each up to ${attempts} times in all`}.${policy.budget === undefined ? "" : " Where the retry budget is spent, what fails is not tried again any more."}`,
      impact: `${integration} gets more requests than there are calls, just when it has trouble. Callers wait longer, and fail at last.`,
      diagnosis: [
        {
          says: "See how many attempts a call takes:",
          run: promql(shareOf(rateOf(subject, resilience.attempts), rateOf(subject, resilience.calls))),
          answers: [
            { when: "below 1.1", means: "it is over: verify" },
            { when: "above 1.1", means: "retries go on: see why they are made" },
          ],
        },
        {
          says: "See what is tried again:",
          run: failuresQuery(of),
          answers: [
            { when: "`throttled`", means: "open the runbook for rate limits: retries make it worse" },
            {
              when: "`unavailable` or `ambiguous`",
              means: "the provider fails: lower the attempts until it is well",
            },
          ],
        },
        whoseLook(of),
      ],
      mitigation: [
        ...(policy.budget === undefined
          ? []
          : [
              {
                says: "Let the retry budget do its work: while it refuses, retries cannot grow.",
                run: promql(rateOf(subject, resilience.budgetRefusals)),
                risk: 1 as const,
                back: "Nothing is changed, so there is nothing to roll back.",
              },
            ]),
        {
          says: "Stop trying again until the provider is well, and deploy that:",
          run: policyPart("retry: { attempts: 1 }"),
          risk: 2,
          back: `To roll back, write the attempts as they were${attempts === undefined ? "" : ` (${attempts})`} and deploy again.`,
        },
      ],
      verification: isItOver(of),
      escalation: callFor(of, 30),
    };
  },
};
