import type { RunbookMode } from "../mode.ts";
import { answersFor, callFor, failuresQuery, isItOver, policyPart, slowestQuery } from "../words.ts";

/** Answers that begin and do not end well. */
export const answerBroken: RunbookMode = {
  id: "answer-broken",
  title: "Answers incomplete or trickling",
  of: "integration",
  alerts: [],
  shownAs: ["answer breaks off or trickles"],
  related: ["provider-silent", "effect-twice"],
  applies: () => true,
  write: (of) => {
    const { integration, provider } = of.subject;
    return {
      meaning: `Answers of ${provider} break off, are malformed, or come byte by byte: the provider has executed the request, and we do not learn the outcome.`,
      impact: `Calls to ${integration} fail although their effect has happened. Whoever sends them again without a key causes it twice.`,
      diagnosis: [
        {
          says: "See what the failures are called:",
          run: failuresQuery(of),
          answers: answersFor(of, {
            ours: [
              {
                when: "`ambiguous`, with an error of parsing or of a premature end",
                means: "answers are truncated: compare with what the provider has on record",
              },
              { when: "timeouts", means: "they trickle: open the runbook for a slow provider" },
            ],
            others: [
              {
                when: "an error of parsing or of a premature end",
                means: "answers are truncated: compare with what the provider has on record",
              },
              { when: "timeouts", means: "they trickle: open the runbook for a slow provider" },
            ],
          }),
        },
        {
          says: "See whether calls take longer than usual:",
          run: slowestQuery(of),
          answers: [
            { when: "yes", means: "answers trickle in: the attempt timeout must cover the whole body" },
            { when: "no", means: "they break off: look at proxies between us" },
          ],
        },
      ],
      mitigation: [
        {
          says: "Bound how long an answer may trickle in, and deploy that; the timeout covers the last byte:",
          run: policyPart("attemptTimeout: 800ms"),
          risk: 2,
          back: "To roll back, write the timeout as it was and deploy again.",
        },
      ],
      verification: isItOver(of),
      escalation: callFor(of, 30),
    };
  },
};
