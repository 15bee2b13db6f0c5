import { httpClient, resilience } from "../../metrics/catalogue.ts";
import { quantileOf, rateOf } from "../expressions.ts";
import type { Panel, PanelRow } from "../panel.ts";

/** How calls end, and how long they take. */
export const callsRow: PanelRow = {
  id: "calls",
  title: "Calls",
  of: "integration",
  panels({ subject }) {
    const ours = subject.source === "resilience";
    const duration = ours ? resilience.duration : httpClient.duration;
    const what = ours ? "calls" : "requests";
    const ends: Panel = {
      title: ours ? "Calls by how they ended" : "Requests by status",
      says: ours
        ? "Calls per second, as their caller sees them: success, fallback, or the code of the error. A retry that helped shows as success."
        : "Requests per second by status. A client of HTTP counts each attempt, retried ones included.",
      shows: "lines",
      unit: "reqps",
      queries: [
        ours
          ? {
              expr: rateOf(subject, resilience.calls, [resilience.label.outcome]),
              legend: `{{${resilience.label.outcome}}}`,
            }
          : {
              expr: rateOf(subject, `${duration}_count`, [
                httpClient.label.status,
                httpClient.label.errorType,
              ]),
              legend: `{{${httpClient.label.status}}} {{${httpClient.label.errorType}}}`,
            },
      ],
      width: 12,
    };
    const durations: Panel = {
      title: `Duration of ${what}`,
      says: `How long ${what} take, failed ones included. A dot is a trace that was sampled: it leads to the one that was slow.`,
      shows: "lines",
      unit: "s",
      queries: [0.5, 0.95, 0.99].map((share) => ({
        expr: quantileOf(subject, duration, share),
        legend: `p${share * 100}`,
        exemplars: true as const,
      })),
      width: 12,
    };
    return [ends, durations];
  },
};
