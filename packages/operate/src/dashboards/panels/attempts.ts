import { resilience } from "../../metrics/catalogue.ts";
import { equal } from "../../metrics/selector.ts";
import { rateOf, rateOrZero, shareOf } from "../expressions.ts";
import type { Panel, PanelRow } from "../panel.ts";

/** What the policy makes of a call: how often it tries, why, and what it answers in place of the provider. */
export const attemptsRow: PanelRow = {
  id: "attempts",
  title: "Attempts",
  of: "integration",
  panels({ subject }) {
    if (subject.source !== "resilience") return [];
    const perCall: Panel = {
      title: "Attempts per call",
      says: "How many attempts a call takes. 1: nothing is tried again; below 1 calls are refused without an attempt; well above 1.1 retries load the provider.",
      shows: "lines",
      unit: "short",
      queries: [
        {
          expr: shareOf(rateOf(subject, resilience.attempts), rateOf(subject, resilience.calls)),
          legend: "attempts per call",
        },
      ],
      steps: [
        { from: 0, colour: "green" },
        { from: 1.1, colour: "orange" },
        { from: 2, colour: "red" },
      ],
      width: 8,
    };
    const failures: Panel = {
      title: "Attempts that failed, by class",
      says: "Failed attempts per second, by whether the request was certainly not executed (unsent), may have been (ambiguous), was too much (throttled) or refused for a while (unavailable).",
      shows: "lines",
      unit: "reqps",
      queries: [
        {
          expr: rateOf(subject, resilience.attemptFailures, [
            resilience.label.failureClass,
            resilience.label.errorType,
          ]),
          legend: `{{${resilience.label.failureClass}}} {{${resilience.label.errorType}}}`,
        },
      ],
      width: 8,
    };
    const answered: Panel = {
      title: "Throttled, and answered by a fallback",
      says: "The part of the attempts that the provider refuses because there are too many, and of the calls that a fallback answers.",
      shows: "lines",
      unit: "percentunit",
      queries: [
        {
          expr: shareOf(
            rateOrZero(
              subject,
              resilience.attemptFailures,
              [equal(resilience.label.failureClass, "throttled")],
              resilience.attempts,
            ),
            rateOf(subject, resilience.attempts),
          ),
          legend: "throttled",
        },
        {
          expr: shareOf(
            rateOrZero(subject, resilience.fallbacks, [], resilience.calls),
            rateOf(subject, resilience.calls),
          ),
          legend: "fallback",
        },
      ],
      width: 8,
    };
    return [perCall, failures, answered];
  },
};
