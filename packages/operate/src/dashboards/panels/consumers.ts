import type { ModeSubject } from "../../alerts/mode-subject.ts";
import { delivery } from "../../metrics/catalogue.ts";
import { largestOf, quantileOf, rateOf, rateOrZero, shareOf } from "../expressions.ts";
import type { Panel, PanelRow } from "../panel.ts";

const { label } = delivery;

/** Does what others did arrive here, and once? */
export const consumersRow: PanelRow = {
  id: "consumers",
  title: "Consumers",
  of: "delivery",
  panels({ subject }) {
    const lag: Panel = {
      title: "Consumer lag",
      says: "How long the oldest message that a consumer holds back has waited. Messages of the same key wait behind it.",
      shows: "lines",
      unit: "s",
      queries: [
        {
          expr: largestOf(subject, delivery.parkedAge, [label.consumer]),
          legend: `{{${label.consumer}}}`,
        },
      ],
      steps: [
        { from: 0, colour: "green" },
        { from: 300, colour: "orange" },
        { from: 900, colour: "red" },
      ],
      width: 8,
    };
    const parked: Panel = {
      title: "Messages held back",
      says: "Messages that are tried again later, or that wait for the one before them.",
      shows: "lines",
      unit: "short",
      queries: [
        {
          expr: largestOf(subject, delivery.parkedMessages, [label.consumer]),
          legend: `{{${label.consumer}}}`,
        },
      ],
      width: 8,
    };
    const handled: Panel = {
      title: "Messages handled",
      says: "Attempts to handle a message per second, by consumer and by how they ended.",
      shows: "lines",
      unit: "ops",
      queries: [
        {
          expr: rateOf(subject, delivery.consumed, [label.consumer, label.errorType]),
          legend: `{{${label.consumer}}} {{${label.errorType}}}`,
        },
      ],
      width: 8,
    };
    const duration: Panel = {
      title: "Time to handle a message",
      says: "How long an attempt takes, its transaction included. A dot is a trace that was sampled.",
      shows: "lines",
      unit: "s",
      queries: [0.5, 0.99].map((share) => ({
        expr: quantileOf(subject, delivery.processing, share),
        legend: `p${share * 100}`,
        exemplars: true as const,
      })),
      width: 8,
    };
    const errors: Panel = {
      title: "Failures around the messages",
      says: "Failures that belong to no message, such as a database that does not answer, per second, by the part that had them.",
      shows: "lines",
      unit: "ops",
      queries: [
        {
          expr: rateOf(subject, delivery.errors, [label.part, label.errorType]),
          legend: `{{${label.part}}} {{${label.errorType}}}`,
        },
      ],
      width: 8,
    };
    return [lag, parked, handled, duration, duplicatesPanel(subject), errors];
  },
};

function duplicatesPanel(subject: ModeSubject): Panel {
  return {
    title: "Duplicates",
    says: "Messages that came and were handled before, for each that is handled. Effects that are not behind the inbox or a key happen twice.",
    shows: "lines",
    unit: "percentunit",
    queries: [
      {
        expr: shareOf(
          rateOrZero(subject, delivery.duplicates, [], delivery.consumed),
          rateOf(subject, delivery.consumed),
        ),
        legend: "duplicates per message",
      },
    ],
    steps: [
      { from: 0, colour: "green" },
      { from: 0.1, colour: "red" },
    ],
    width: 8,
  };
}
