import type { Judgement, Measured } from "../model.ts";
import type { AlertProofRecord } from "./model.ts";

/** A verdict on rules or dashboards with what it was judged on: they are judged on metrics and rules, not on calls. */
export function withJudgedOn(
  check: string,
  judgement: Judgement,
  record: AlertProofRecord | undefined,
): Judgement {
  const { verdict, samples, measured = [] } = judgement;
  const isJudged = verdict === "pass" || verdict === "fail" || verdict === "advice";
  if (!isJudged || samples > 0) return judgement;
  const judgedOn = judgedOnOf(check, record);
  return judgedOn.length === 0 ? judgement : { ...judgement, measured: [...measured, ...judgedOn] };
}

function judgedOnOf(check: string, record: AlertProofRecord | undefined): readonly Measured[] {
  const proof = record?.proof ?? null;
  if (record === undefined || proof === null) return [];
  const rules = count("alerting rules", proof.alerts.length);
  const faults = count("ways to fail put to the proof", proof.faults.length);
  const read = [count("metrics read", record.metrics.length), count("scrapes read", record.scrapes.read)];
  switch (check) {
    case "alert-fires":
    case "alert-resolves":
      return [rules, faults, ...read];
    case "alert-stays-quiet":
      return [rules, { name: "data without a fault", value: proof.controlMs, unit: "ms" }, ...read];
    case "alert-names-provider":
    case "linked-from-alert":
      return [rules, faults];
    case "dashboard-covers-slo":
    case "dashboard-queries-resolve":
      return [count("dashboards", proof.dashboards.length), count("queries", proof.queries.length), ...read];
    default:
      return [];
  }
}

function count(name: string, value: number): Measured {
  return { name, value, unit: "" };
}
