import type { InputSeries } from "../proofs/proof.ts";
import { promDuration } from "../rules/rule.ts";
import { toYaml } from "../rules/to-yaml.ts";
import type { ReadRule } from "./model.ts";

/** What promtool is asked about one time: which alerts fire at which moments, and what queries answer. */
export interface ProofTest {
  readonly name: string;
  readonly scrapeMs: number;
  readonly series: readonly InputSeries[];
  readonly alerts: readonly { readonly name: string; readonly atMs: readonly number[] }[];
  readonly queries: readonly { readonly expr: string; readonly atMs: readonly number[] }[];
}

/** A number that no query answers: promtool then tells what it got. */
const never = { labels: '{holdfast_asks="what this answers"}', value: 0 };

/** Tests in which nothing is expected to fire: what promtool says it got in place of that is what happened. */
export function testFile(ruleFile: string, evaluationMs: number, tests: readonly ProofTest[]): string {
  return toYaml({
    rule_files: [ruleFile],
    evaluation_interval: promDuration(evaluationMs),
    tests: tests.map(({ name, scrapeMs, series, alerts, queries }) => ({
      name,
      interval: promDuration(scrapeMs),
      input_series: series,
      alert_rule_test: alerts.flatMap((alert) =>
        alert.atMs.map((atMs) => ({
          eval_time: promDuration(atMs),
          alertname: alert.name,
          exp_alerts: [],
        })),
      ),
      promql_expr_test: queries.flatMap(({ expr, atMs }) =>
        atMs.map((ms) => ({ expr, eval_time: promDuration(ms), exp_samples: [never] })),
      ),
    })),
  });
}

/** Rules as a file again, each as it was written, in its group and its order. */
export function ruleFileOf(rules: readonly ReadRule[]): string {
  const groups = Map.groupBy(rules, ({ file, group }) => JSON.stringify([file, group]));
  return toYaml({
    groups: [...groups.values()].map((those, index) => ({
      name: `${index + 1} ${those[0]?.group ?? ""}`,
      rules: those.map(({ source }) => source),
    })),
  });
}
