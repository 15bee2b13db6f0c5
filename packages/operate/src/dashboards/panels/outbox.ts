import { delivery } from "../../metrics/catalogue.ts";
import { largestOf, quantileOf, rateOf } from "../expressions.ts";
import type { Panel, PanelRow } from "../panel.ts";

const { label } = delivery;

/** Does what this service did reach the others? */
export const outboxRow: PanelRow = {
  id: "outbox",
  title: "Outbox",
  of: "delivery",
  panels({ subject }) {
    const lag: Panel = {
      title: "Outbox lag",
      says: "How long the oldest message in the outbox has waited to be sent. It grows by a second a second while nothing leaves.",
      shows: "lines",
      unit: "s",
      queries: [{ expr: largestOf(subject, delivery.outboxAge), legend: "oldest message" }],
      steps: [
        { from: 0, colour: "green" },
        { from: 60, colour: "orange" },
        { from: 300, colour: "red" },
      ],
      width: 8,
    };
    const waiting: Panel = {
      title: "Messages in the outbox",
      says: "Messages that no broker has confirmed yet, and those among them that failed to be published at least once.",
      shows: "lines",
      unit: "short",
      queries: [
        { expr: largestOf(subject, delivery.outboxMessages), legend: "waiting" },
        { expr: largestOf(subject, delivery.outboxFailing), legend: "failed before" },
      ],
      width: 8,
    };
    const sent: Panel = {
      title: "Messages sent",
      says: "Messages that a broker was asked to take, per second, by how that ended.",
      shows: "lines",
      unit: "ops",
      queries: [
        {
          expr: rateOf(subject, delivery.sent, [label.system, label.errorType]),
          legend: `{{${label.system}}} {{${label.errorType}}}`,
        },
      ],
      width: 8,
    };
    const trouble: Panel = {
      title: "Trouble with the broker",
      says: "Attempts to publish that failed, pauses of a route, and messages whose confirm never came and that may arrive twice, per second.",
      shows: "lines",
      unit: "ops",
      queries: [
        {
          expr: rateOf(subject, delivery.publishFailures, [label.errorType]),
          legend: `failed: {{${label.errorType}}}`,
        },
        { expr: rateOf(subject, delivery.routePauses, [label.route]), legend: `paused: {{${label.route}}}` },
        { expr: rateOf(subject, delivery.unconfirmed), legend: "unconfirmed" },
      ],
      width: 12,
    };
    const confirm: Panel = {
      title: "Time until a broker confirms",
      says: "How long a broker takes to say what became of a message. A dot is a trace that was sampled.",
      shows: "lines",
      unit: "s",
      queries: [0.5, 0.99].map((share) => ({
        expr: quantileOf(subject, delivery.publishing, share),
        legend: `p${share * 100}`,
        exemplars: true as const,
      })),
      width: 12,
    };
    return [lag, waiting, sent, trouble, confirm];
  },
};
