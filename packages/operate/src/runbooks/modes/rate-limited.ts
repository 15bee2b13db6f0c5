import type { RunbookMode } from "../mode.ts";
import { answersFor, callFor, failuresQuery, isItOver, policyPart, sentQuery } from "../words.ts";

/** A provider that asks for less. */
export const rateLimited: RunbookMode = {
  id: "rate-limited",
  title: "Rate limited by the provider (429)",
  of: "integration",
  alerts: ["RateLimitedByProvider"],
  shownAs: ["provider throttles (429)"],
  related: ["retry-storm", "budget-burn"],
  applies: () => true,
  write: (of) => {
    const { subject } = of;
    const { integration, provider } = subject;
    return {
      meaning: `${provider} answers 429 (too many requests) to more than a few of our requests: a quota is used up. Throttled requests were not executed.`,
      impact: `Calls to ${integration} wait until they may be sent, and fail where that takes longer than their deadline. Whoever shares the quota is throttled too.`,
      diagnosis: [
        {
          says: "See who sends how much, by instance:",
          run: sentQuery(of),
          answers: [
            {
              when: "one instance sends far more than the others",
              means: "it has a loop or a batch: stop that job",
            },
            {
              when: "all send more than usual",
              means: "there is more traffic: slow down, and ask for a higher quota",
            },
            {
              when: "no more than usual",
              means: "the quota was lowered, or somebody else uses it: ask the provider",
            },
          ],
        },
        {
          says: "See whether anything else fails besides:",
          run: failuresQuery(of),
          answers: answersFor(of, {
            ours: [
              { when: "only throttling", means: "the provider is well: mitigate here" },
              { when: "other classes too", means: "the provider is in trouble: see the related runbooks" },
            ],
            others: [
              { when: "only 429", means: "the provider is well: mitigate here" },
              { when: "other errors too", means: "the provider is in trouble: see the related runbooks" },
            ],
          }),
        },
      ],
      mitigation: [
        {
          says: "Send less: set a rate below the quota in the policy, and deploy that. Calls then wait here, in turn, instead of being refused there.",
          run: policyPart("rate: { calls: 10, per: 1s }"),
          risk: 2,
          back: "To roll back, take the line out and deploy again.",
        },
        {
          says: "Do not try throttled requests again while the quota is used up:",
          run: policyPart("retry: { attempts: 1 }"),
          risk: 2,
          back: "To roll back, write the attempts as they were and deploy again.",
        },
      ],
      verification: isItOver(of),
      escalation: `Ask ${provider} for a higher quota as soon as the traffic is known to be wanted. ${callFor(of, 30)}`,
    };
  },
};
