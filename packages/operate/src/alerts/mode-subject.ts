import type { Policy } from "@holdfast/core";
import type { Matcher } from "../metrics/selector.ts";
import { selector } from "../metrics/selector.ts";
import type { MetricSource } from "../metrics/subject.ts";
import { whoseLabels } from "../rules/names.ts";
import type { AlertRule } from "../rules/rule.ts";
import type { Whose } from "../slo/objective.ts";
import type { Mode, Reading } from "./mode.ts";

/** Whose failure mode it is, and how its series are told from those of others. */
export interface ModeSubject extends Whose {
  readonly source: MetricSource;
  readonly matchers: readonly Matcher[];
  readonly runbook: string | null;
  /** What the contract commits calls to; where it is left out, nothing is known of them. */
  readonly policy?: Policy;
}

/** Whether the policy of a subject has what a mode needs to come about; one that is not known may have it. */
export function mayHappen({ needs }: Mode, { policy }: ModeSubject): boolean {
  if (needs === undefined || policy === undefined) return true;
  if (needs === "budget") return policy.budget !== undefined;
  // One that only watches refuses nothing.
  return policy.breaker !== undefined && (policy.breaker.mode ?? "on") === "on";
}

/** Whether the policy of a subject has metrics of a protection: one that only watches has them too, one that is off has none. */
export function isMeasured(protection: "breaker" | "budget" | "limit", { policy }: ModeSubject): boolean {
  if (policy === undefined) return true;
  return policy[protection] !== undefined && (protection !== "breaker" || policy.breaker?.mode !== "off");
}

/** The selector of a reading, for this subject. */
export function selected({ metric, matchers }: Reading, subject: ModeSubject): string {
  return selector(metric, [...subject.matchers, ...matchers]);
}

/** The alert of a mode once its expression is known. */
export function modeAlert(mode: Mode, subject: ModeSubject, expr: string, forMs?: number): AlertRule {
  const { name, says, remedy, urgency } = mode;
  return {
    alert: name,
    expr,
    ...(forMs === undefined ? {} : { forMs }),
    labels: { ...whoseLabels(subject), severity: urgency },
    annotations: {
      summary: `${subject.integration}: ${says}`,
      description: remedy,
      ...(subject.runbook === null ? {} : { runbook_url: subject.runbook }),
    },
  };
}
