import { promDuration } from "../rules/rule.ts";
import { toYaml } from "../rules/to-yaml.ts";
import type { Proof } from "./proof.ts";

/**
 * Proofs as a file for `promtool test rules`. All of a file are evaluated at one pace, so they must have one step. Only what
 * promtool 2.42 knows is written.
 */
export function proofsYaml(ruleFiles: readonly string[], proofs: readonly Proof[]): string {
  const steps = new Set(proofs.map(({ stepMs }) => stepMs));
  const [stepMs = 60_000] = steps;
  return toYaml({
    rule_files: ruleFiles,
    evaluation_interval: promDuration(stepMs),
    tests: proofs.map((proof) => ({
      name: proof.name,
      interval: promDuration(proof.stepMs),
      input_series: proof.series,
      alert_rule_test: proof.expect.map(({ atMs, alert, fires }) => ({
        eval_time: promDuration(atMs),
        alertname: alert,
        exp_alerts: fires.map(({ labels, annotations }) => ({
          exp_labels: labels,
          exp_annotations: annotations,
        })),
      })),
    })),
  });
}

/** Proofs by their step, since a file has one. */
export function byStep(proofs: readonly Proof[]): ReadonlyMap<number, readonly Proof[]> {
  return Map.groupBy(proofs, ({ stepMs }) => stepMs);
}
