import { delivery } from "../../metrics/catalogue.ts";
import { largestOf, rateOf, tableLevelOf } from "../expressions.ts";
import type { Panel, PanelRow } from "../panel.ts";

const { label } = delivery;

/** What was given up, and what became of it. */
export const deadLettersRow: PanelRow = {
  id: "dead-letters",
  title: "Dead letters",
  of: "delivery",
  panels({ subject }) {
    const letters: Panel = {
      title: "Dead letters",
      says: "Messages that were given up and not redriven or discarded yet, by why. What they should have brought about has not happened.",
      shows: "lines",
      unit: "short",
      queries: [
        {
          expr: tableLevelOf(subject, delivery.deadLetters, [label.messageType, label.reason]),
          legend: `{{${label.messageType}}} {{${label.reason}}}`,
        },
      ],
      width: 8,
    };
    const age: Panel = {
      title: "Age of the oldest",
      says: "How long ago the oldest dead letter was given up. One that nobody looks at for a day is forgotten.",
      shows: "number",
      unit: "s",
      queries: [{ expr: largestOf(subject, delivery.deadLetterAge), legend: "oldest" }],
      steps: [
        { from: 0, colour: "green" },
        { from: 3_600, colour: "orange" },
        { from: 86_400, colour: "red" },
      ],
      width: 8,
    };
    const moves: Panel = {
      title: "Given up, redriven, discarded",
      says: "Messages that were given up, and what people did with dead letters, per second. Looping: redriven ones come back.",
      shows: "lines",
      unit: "ops",
      queries: [
        {
          expr: rateOf(subject, delivery.deadLettered, [label.reason]),
          legend: `given up: {{${label.reason}}}`,
        },
        { expr: rateOf(subject, delivery.deadLetterActions, [label.action]), legend: `{{${label.action}}}` },
      ],
      width: 8,
    };
    return [letters, age, moves];
  },
};
