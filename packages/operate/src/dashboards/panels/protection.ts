import { isMeasured } from "../../alerts/mode-subject.ts";
import { resilience } from "../../metrics/catalogue.ts";
import type { Matcher } from "../../metrics/selector.ts";
import { largestOf, levelOf, rateOf, rateOrZero } from "../expressions.ts";
import type { Panel, PanelRow } from "../panel.ts";

const { label } = resilience;

const open: Matcher = { label: label.state, is: "=~", value: "open|half-open|forced-open" };

/** What keeps trouble from spreading: circuit breaker, retry budget, limit; each where the policy has it, or where none is known. */
export const protectionRow: PanelRow = {
  id: "protection",
  title: "Breaker, budget and limit",
  of: "integration",
  panels({ subject }) {
    if (subject.source !== "resilience") return [];
    const timeline: Panel = {
      title: "Breaker",
      says: "Whether a circuit breaker lets calls through, by policy. While it is not closed, calls are refused without being tried.",
      shows: "states",
      unit: "none",
      queries: [
        {
          expr: largestOf(subject, resilience.breakerState, [label.policy], [open]),
          legend: `{{${label.policy}}}`,
        },
      ],
      words: { 0: "closed", 1: "open" },
      steps: [
        { from: 0, colour: "green" },
        { from: 1, colour: "red" },
      ],
      width: 24,
    };
    const transitions: Panel = {
      title: "Changes of the breaker",
      says: "Changes of state per second. One that opens and closes all the time has too small a window, or a provider that answers its probes only.",
      shows: "lines",
      unit: "ops",
      queries: [
        {
          expr: rateOf(subject, resilience.transitions, [label.from, label.to]),
          legend: `{{${label.from}}} → {{${label.to}}}`,
        },
      ],
      width: 8,
    };
    const budget: Panel = {
      title: "Retry budget",
      says: "Retries that the budget allows now, and those that it refused, per second. At 0 what fails is not tried again, which keeps retries from making it worse.",
      shows: "lines",
      unit: "short",
      queries: [
        { expr: levelOf(subject, resilience.budgetAvailable), legend: "allowed now" },
        {
          expr: rateOrZero(subject, resilience.budgetRefusals, [], resilience.calls),
          legend: "refused per second",
        },
      ],
      width: 8,
    };
    const limit: Panel = {
      title: "Calls at once",
      says: "Calls that have a place of their policy's limit, and those that wait for one. Calls that wait are late before they begin.",
      shows: "lines",
      unit: "short",
      queries: [
        { expr: levelOf(subject, resilience.limitActive), legend: "active" },
        { expr: levelOf(subject, resilience.limitWaiting), legend: "waiting" },
      ],
      width: 8,
    };
    return [
      ...(isMeasured("breaker", subject) ? [timeline, transitions] : []),
      ...(isMeasured("budget", subject) ? [budget] : []),
      ...(isMeasured("limit", subject) ? [limit] : []),
    ];
  },
};
