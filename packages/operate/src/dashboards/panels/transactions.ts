import { delivery } from "../../metrics/catalogue.ts";
import { rateOf } from "../expressions.ts";
import type { Panel, PanelRow } from "../panel.ts";

const { label } = delivery;

/** Requests with a key, and sagas. */
export const transactionsRow: PanelRow = {
  id: "transactions",
  title: "Idempotency and sagas",
  of: "delivery",
  panels({ subject }) {
    const requests: Panel = {
      title: "Requests with an idempotency key",
      says: "Requests per second by what was done: ran, replayed (somebody sent it again), refused (the key came with another request, or while it still ran).",
      shows: "lines",
      unit: "reqps",
      queries: [{ expr: rateOf(subject, delivery.requests, [label.action]), legend: `{{${label.action}}}` }],
      width: 12,
    };
    const sagas: Panel = {
      title: "Sagas",
      says: "Sagas per second that were completed, compensated or got stuck. One that is stuck waits for a person: holdfast saga list.",
      shows: "lines",
      unit: "ops",
      queries: [
        {
          expr: rateOf(subject, delivery.sagas, [label.saga, label.action]),
          legend: `{{${label.saga}}} {{${label.action}}}`,
        },
      ],
      width: 12,
    };
    return [requests, sagas];
  },
};
