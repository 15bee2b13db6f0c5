import type { RunbookMode } from "../mode.ts";
import { answersFor, callFor, failuresQuery, isItOver, policyPart, sh } from "../words.ts";

/** A call that was executed twice. */
export const effectTwice: RunbookMode = {
  id: "effect-twice",
  title: "Effects happen twice (duplicates)",
  of: "integration",
  alerts: [],
  shownAs: ["effect happens twice"],
  related: ["answer-broken", "provider-silent"],
  applies: () => true,
  write: (of) => {
    const { integration } = of.subject;
    return {
      meaning: `A request to ${integration} was executed more than once: it was sent again after an answer was lost, and no idempotency key told the provider that it is the same.`,
      impact:
        "Somebody is charged, notified or shipped to twice. It does not mend itself when the provider is well again.",
      diagnosis: [
        {
          says: "See since when attempts fail so that nobody knows whether they were executed:",
          run: failuresQuery(of),
          answers: answersFor(of, {
            ours: [
              {
                when: "`ambiguous` is above zero",
                means: "each of these may have an effect that is not known of: find them by their time",
              },
              {
                when: "no `ambiguous` at all",
                means: "the duplicates come from our callers or from messages: see who sends twice",
              },
            ],
            others: [
              {
                when: "timeouts, resets, 500, 502 or 504",
                means: "each of these may have an effect that is not known of: find them by their time",
              },
              {
                when: "none of them",
                means: "the duplicates come from our callers or from messages: see who sends twice",
              },
            ],
          }),
        },
        {
          says: "Prove whether the consumer still does it, on a machine that is not production:",
          run: sh(`npx holdfast verify ${of.contract} --only one-effect-on-lost-reply`),
          answers: [
            {
              when: "exit status 0",
              means: "the service as it is now sends nothing twice: the effects are of before",
            },
            { when: "exit status 1", means: "it still does: mitigate" },
          ],
        },
      ],
      mitigation: [
        {
          says: "Send nothing again that may have been executed, and deploy that; more calls fail, and none twice:",
          run: policyPart("idempotent: false"),
          risk: 2,
          back: "To roll back, write `idempotent: true` again and deploy.",
        },
      ],
      verification: isItOver(of),
      escalation: `${callFor(of, 15)} Tell those who are affected before they find out: refunds are decided by the owner of the product.`,
    };
  },
};
