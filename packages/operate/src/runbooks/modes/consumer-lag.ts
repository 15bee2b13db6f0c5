import { largestOf, quantileOf, rateOf } from "../../dashboards/expressions.ts";
import { delivery } from "../../metrics/catalogue.ts";
import type { RunbookMode } from "../mode.ts";
import { promql, sh } from "../words.ts";

const { label } = delivery;

/** Messages that arrived and are not done. */
export const consumerLag: RunbookMode = {
  id: "consumer-lag",
  title: "Consumer lag",
  of: "delivery",
  alerts: ["ConsumerLag"],
  shownAs: [],
  related: ["dead-letters"],
  applies: () => true,
  write: ({ subject }) => ({
    meaning:
      "A message that a consumer has received has waited for more than a quarter of an hour to be handled. It is tried again, or waits for the one before it.",
    impact:
      "What the message should bring about happens late. Messages of the same key wait behind it; those of other keys do not.",
    diagnosis: [
      {
        says: "See which consumer, and why its attempts end:",
        run: promql(rateOf(subject, delivery.consumed, [label.consumer, label.errorType])),
        answers: [
          {
            when: "one kind of error",
            means: "mend what the handler needs, such as a database or a provider",
          },
          { when: "no error, and little is handled", means: "the handler is slow: see how long it takes" },
        ],
      },
      {
        says: "See how long attempts take:",
        run: promql(quantileOf(subject, delivery.processing, 0.99)),
        answers: [
          { when: "more than a second", means: "it waits for something: see the integrations that it calls" },
          { when: "little", means: "there are more messages than it can take: add instances" },
        ],
      },
    ],
    mitigation: [
      {
        says: "If messages of one key block each other because the first can never succeed, see it among those that failed, and decide about it there:",
        run: sh("npx holdfast dead-letters list"),
        risk: 1,
        back: "Nothing is changed by looking, so there is nothing to roll back.",
      },
    ],
    verification: {
      says: "Nothing has waited for more than five minutes; the query answers nothing then:",
      run: promql(`${largestOf(subject, delivery.parkedAge, [label.consumer])} > 300`),
    },
    escalation: "After 30 minutes call whoever owns the consumer that is named.",
  }),
};
