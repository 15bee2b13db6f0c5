import type { Check, Judgement } from "../model.ts";
import type { AlertProofRecord } from "./model.ts";

const words = {
  rules: {
    none: "operations.rules names no rules; of those that holdfast generates",
    remedy:
      "Nobody knows what Prometheus has loaded. The files named here do not exist yet: holdfast generate alerts writes them. Review them, load them, and name them under operations.rules.",
  },
  dashboards: {
    none: "operations.dashboards names none; of those that holdfast generates",
    remedy:
      "Nobody knows what Grafana shows. The files named here do not exist yet: holdfast generate dashboards writes them. Review them, load them, and name them under operations.dashboards.",
  },
} as const;

/**
 * A judge of rules or dashboards whose failures are the team's own: where the contract names none, what Holdfast would write is judged, and
 * what that lacks is advice.
 */
export function ofTheTeam(
  kind: keyof Pick<AlertProofRecord, "rules" | "dashboards">,
  judge: Check<null>["judge"],
): Check<null>["judge"] {
  return (subject, evidence, target) => {
    const found = judge(subject, evidence, target);
    return evidence.alertProof?.[kind] === "generated" && found.verdict === "fail"
      ? advice(kind, found)
      : found;
  };
}

function advice(kind: keyof typeof words, found: Judgement): Judgement {
  const { none, remedy } = words[kind];
  return {
    ...found,
    verdict: "advice",
    because: `${none}: ${found.because}`,
    severity: "low",
    diagnosis: remedy,
  };
}
