import type { ReadRule, RuleProblem, RuleText } from "./model.ts";
import type { Promtool } from "./promtool.ts";
import { readRuleErrors } from "./read-said.ts";
import { invalidRule, type RulesRead, readRuleFiles } from "./rule-file.ts";
import { ruleFileOf } from "./test-file.ts";

/** Reads rules and lets Prometheus itself say which of them it would refuse; those are left out, each as a problem. */
export async function checkRules(files: readonly RuleText[], promtool: Promtool): Promise<RulesRead> {
  const read = readRuleFiles(files);
  const told = await Promise.all(files.map((file) => errorsOf(file, read.rules, promtool)));
  const refused = told.flat();
  const isRefused = ({ file, name }: ReadRule): boolean =>
    refused.some((problem) => problem.file === file && (problem.rule === null || problem.rule === name));
  return {
    rules: read.rules.filter((rule) => !isRefused(rule)),
    problems: [...read.problems, ...refused],
  };
}

async function errorsOf(
  { path, text }: RuleText,
  rules: readonly ReadRule[],
  promtool: Promtool,
): Promise<readonly RuleProblem[]> {
  const own = rules.filter(({ file }) => file === path);
  if (own.length === 0) return [];
  // The file as it is, so that every part of it counts; what an operator wraps is taken out first.
  const plain = /^groups\s*:/m.test(text) ? text : ruleFileOf(own);
  const said = await promtool.run([{ path: "rules.yml", text: plain }], ["check", "rules", "rules.yml"]);
  if (said.ok) return [];
  const errors = readRuleErrors(said.text, () => path);
  return errors.length > 0 ? errors : [invalidRule(path, null, said.text.trim().slice(0, 300))];
}
