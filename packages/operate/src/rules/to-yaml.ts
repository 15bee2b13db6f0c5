import { stringify } from "yaml";
import { type AlertRule, promDuration, type RecordingRule, type RuleGroup } from "./rule.ts";

/** Data as YAML, in lines that are not folded: PromQL is read as it is written. */
export function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Rule groups as the file that Prometheus reads. */
export function rulesYaml(groups: readonly RuleGroup[]): string {
  return toYaml({
    groups: groups.map(({ name, intervalMs, rules }) => ({
      name,
      interval: promDuration(intervalMs),
      rules: rules.map(ruleData),
    })),
  });
}

function ruleData(rule: RecordingRule | AlertRule): unknown {
  if ("record" in rule) return rule;
  const { alert, expr, forMs, labels, annotations } = rule;
  return { alert, expr, ...(forMs === undefined ? {} : { for: promDuration(forMs) }), labels, annotations };
}
