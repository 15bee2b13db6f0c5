import { selector } from "../../metrics/selector.ts";
import { recorded } from "../../rules/names.ts";
import type { RunbookMode } from "../mode.ts";
import { answersFor, callFor, endsQuery, isItOver, policyPart, promql, whoseLook } from "../words.ts";

/** An objective that is being missed, whatever the reason. */
export const budgetBurn: RunbookMode = {
  id: "budget-burn",
  title: "Error budget burns too fast",
  of: "integration",
  alerts: ["ErrorBudgetBurn1h", "ErrorBudgetBurn6h", "ErrorBudgetBurn1d", "ErrorBudgetBurn3d"],
  shownAs: [],
  related: ["provider-unavailable", "provider-silent", "rate-limited", "breaker-open"],
  applies: ({ objectives }) => objectives.length > 0,
  write: (of) => {
    const { integration, service } = of.subject;
    const remaining = selector(recorded.budgetRemaining, [
      { label: "service", is: "=", value: service },
      { label: "integration", is: "=", value: integration },
    ]);
    return {
      meaning: `So many calls to ${integration} fail, or take too long, that an objective will be missed before its period ends: ${of.objectives.map(({ id }) => id).join(", ")}.`,
      impact: `Callers of ${integration} see failures or waits now. Whatever was promised to them is at stake.`,
      diagnosis: [
        {
          says: "See how much of the budget is left, and of which objective:",
          run: promql(remaining),
          answers: [
            { when: "well above 0", means: "there is time to find the cause first" },
            { when: "at 0 or below", means: "the objective is missed: mitigate first" },
          ],
        },
        {
          says: "See how calls end:",
          run: endsQuery(of),
          answers: answersFor(of, {
            ours: [
              {
                when: "`EXHAUSTED`, `FAILED`, `TIMEOUT_ATTEMPT` or `TIMEOUT_TOTAL`",
                means:
                  "attempts fail: open the runbook for an unavailable or a silent provider, which asks why",
              },
              { when: "`OPEN`", means: "open the runbook for the breaker" },
              { when: "`FULL` or `RATE`", means: "our own limits refuse: see who sends more than usual" },
              {
                when: "success, and the objective is one of latency",
                means: "the provider is slow: open the runbook for that",
              },
            ],
            others: [
              {
                when: "timeouts, or a status of 5xx",
                means: "open the runbook for a silent or an unavailable provider",
              },
              {
                when: "success, and the objective is one of latency",
                means: "the provider is slow: open the runbook for that",
              },
            ],
          }),
        },
        whoseLook(of),
      ],
      mitigation: [
        {
          says: "If it began with a deployment of ours, roll that back first. If it is the provider, keep the calls to it few, and deploy that:",
          run: policyPart("limit: { concurrent: 16, queue: 0 }"),
          risk: 2,
          back: "To roll back, take the line out and deploy again.",
        },
      ],
      verification: isItOver(of),
      escalation: callFor(of, 15),
    };
  },
};
