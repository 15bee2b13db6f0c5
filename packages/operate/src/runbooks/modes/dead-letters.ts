import { rateOf, tableLevelOf } from "../../dashboards/expressions.ts";
import { delivery } from "../../metrics/catalogue.ts";
import type { RunbookMode } from "../mode.ts";
import { promql, sh } from "../words.ts";

const { label } = delivery;

/** Messages that were given up, poison messages among them. */
export const deadLetters: RunbookMode = {
  id: "dead-letters",
  title: "Dead letters",
  of: "delivery",
  alerts: ["DeadLettersGrowing", "DeadLettersForgotten"],
  shownAs: [],
  related: ["consumer-lag", "outbox-lag"],
  applies: () => true,
  write: ({ subject }) => ({
    meaning:
      "Messages were given up: their handler failed too often, or a broker refuses them. They are kept, and nobody handles them by itself.",
    impact:
      "What they should have brought about has not happened, and will not until somebody redrives them.",
    diagnosis: [
      {
        says: "See what they have in common:",
        run: sh("npx holdfast dead-letters list"),
        answers: [
          { when: "one type and one error", means: "a defect of that handler: mend it, then redrive" },
          { when: "many types at one time", means: "something that they all need was down: redrive" },
          { when: "the same ones again", means: "they are poison: they will never succeed as they are" },
        ],
      },
      {
        says: "See whether more are coming:",
        run: promql(rateOf(subject, delivery.deadLettered, [label.messageType, label.reason])),
        answers: [
          { when: "above zero", means: "mend the cause first: redriven ones would come back" },
          { when: "zero or nothing", means: "the cause is gone: redrive" },
        ],
      },
    ],
    mitigation: [
      {
        says: "Redrive one of them, and see it handled, before the rest:",
        run: sh("npx holdfast dead-letters redrive --all --limit 1"),
        risk: 2,
        back: "It cannot be undone; it is safe to repeat, since a message that was handled is recognised.",
      },
      {
        says: "Discard those that must not happen any more, once their owner agrees:",
        run: sh("npx holdfast dead-letters discard LETTER --note WHY"),
        risk: 3,
        back: "Discarding is irreversible: write down the ids and who decided.",
      },
    ],
    verification: {
      says: "No dead letter is left; the query answers nothing then:",
      run: promql(`${tableLevelOf(subject, delivery.deadLetters)} > 0`),
    },
    escalation:
      "Within the working day tell the owner of the message type. What concerns money is told at once.",
  }),
};
