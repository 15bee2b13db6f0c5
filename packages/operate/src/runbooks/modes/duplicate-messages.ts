import { rateOf, rateOrZero, shareOf } from "../../dashboards/expressions.ts";
import { delivery } from "../../metrics/catalogue.ts";
import type { RunbookMode } from "../mode.ts";
import { promql, sh } from "../words.ts";

const { label } = delivery;

/** Messages that come again and again. */
export const duplicateMessages: RunbookMode = {
  id: "duplicate-messages",
  title: "Duplicate messages",
  of: "delivery",
  alerts: ["DuplicateEffects"],
  shownAs: [],
  related: ["outbox-lag", "consumer-lag"],
  applies: () => true,
  write: ({ subject }) => ({
    meaning:
      "Of the messages that arrive, more than one in ten was handled before. The inbox recognises them and does nothing.",
    impact:
      "Whatever handlers do outside of their transaction, such as calls to providers without a key, happens twice.",
    diagnosis: [
      {
        says: "See which messages come twice:",
        run: promql(rateOf(subject, delivery.duplicates, [label.consumer, label.messageType])),
        answers: [
          {
            when: "one type",
            means: "its publisher sends it twice, or its handler takes longer than the broker waits",
          },
          { when: "all types", means: "confirms get lost between relay and broker: see below" },
        ],
      },
      {
        says: "See whether confirms are lost:",
        run: promql(rateOf(subject, delivery.unconfirmed)),
        answers: [
          { when: "above zero", means: "the connection to the broker breaks: call those who run it" },
          {
            when: "zero or nothing",
            means: "the broker redelivers: its consumer window is shorter than the handler",
          },
        ],
      },
    ],
    mitigation: [
      {
        says: "Check the windows of the broker against what handlers need, and change what it names:",
        run: sh("npx holdfast outbox doctor"),
        risk: 1,
        back: "Nothing is changed by looking, so there is nothing to roll back.",
      },
    ],
    verification: {
      says: "Fewer than one in ten is a duplicate; the query answers nothing then:",
      run: promql(
        `${shareOf(rateOrZero(subject, delivery.duplicates, [], delivery.consumed), rateOf(subject, delivery.consumed))} > 0.1`,
      ),
    },
    escalation:
      "After 30 minutes call whoever owns the handlers that are named: they know which effects are behind a key.",
  }),
};
