import type { RunbookMode } from "../mode.ts";
import { answersFor, callFor, endsQuery, failuresQuery, isItOver, policyPart, whoseLook } from "../words.ts";

/** A provider that says that it cannot. */
export const providerUnavailable: RunbookMode = {
  id: "provider-unavailable",
  title: "Provider unavailable (5xx)",
  of: "integration",
  alerts: [],
  shownAs: ["provider unavailable (5xx)"],
  related: ["breaker-open", "retry-storm", "budget-burn"],
  applies: () => true,
  write: (of) => {
    const { integration, provider } = of.subject;
    return {
      meaning: `${provider} answers with 5xx: it has an outage, or it is overloaded.`,
      impact: `Calls to ${integration} fail after their retries, or are answered by a fallback.`,
      diagnosis: [
        {
          says: "See how many calls fail after all:",
          run: endsQuery(of),
          answers: [
            { when: "nearly all succeed", means: "retries carry it: watch the retries, and do nothing yet" },
            { when: "many fail", means: "it is an outage: mitigate" },
          ],
        },
        {
          says: "See by which failures:",
          run: failuresQuery(of),
          answers: answersFor(of, {
            ours: [
              {
                when: "only `unavailable` (503)",
                means: "the provider refuses what it did not execute: sending again is safe",
              },
              {
                when: "`ambiguous` (500, 502, 504)",
                means: "requests may have been executed: look for effects that happened twice",
              },
            ],
            others: [
              {
                when: "only 503",
                means: "the provider refuses what it did not execute: sending again is safe",
              },
              {
                when: "500, 502 or 504",
                means: "requests may have been executed: look for effects that happened twice",
              },
            ],
          }),
        },
        whoseLook(of),
      ],
      mitigation: [
        {
          says: "Take the pressure off the provider, so that it can recover: no retries until it is well. Deploy that:",
          run: policyPart("retry: { attempts: 1 }"),
          risk: 2,
          back: "To roll back, write the attempts as they were and deploy again.",
        },
      ],
      verification: isItOver(of),
      escalation: callFor(of, 15),
    };
  },
};
