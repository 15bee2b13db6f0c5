import { parseAllDocuments } from "yaml";
import type { Texts } from "../rules/rule.ts";
import type { ReadRule, RuleProblem, RuleText } from "./model.ts";
import { promDurationMs } from "./promql.ts";

/** What files of rules hold, and what in them cannot be read. */
export interface RulesRead {
  readonly rules: readonly ReadRule[];
  readonly problems: readonly RuleProblem[];
}

/** Reads files as Prometheus and its operator read them: `groups`, or a `PrometheusRule` with `spec.groups`. */
export function readRuleFiles(files: readonly RuleText[]): RulesRead {
  const read = files.map(readRuleFile);
  return { rules: read.flatMap(({ rules }) => rules), problems: read.flatMap(({ problems }) => problems) };
}

function readRuleFile({ path, text }: RuleText): RulesRead {
  const documents = parseAllDocuments(text);
  if (documents.length === 0) return { rules: [], problems: [unreadable(path, "it is empty")] };
  const failed = documents.flatMap(({ errors }) => errors)[0];
  if (failed !== undefined)
    return { rules: [], problems: [unreadable(path, failed.message.split("\n")[0] ?? "")] };
  const read = documents.map((document) => readDocument(path, document.toJS({ maxAliasCount: 100 })));
  return { rules: read.flatMap(({ rules }) => rules), problems: read.flatMap(({ problems }) => problems) };
}

function readDocument(path: string, document: unknown): RulesRead {
  const whole = isRecord(document) ? document : {};
  const spec = isRecord(whole["spec"]) ? whole["spec"] : whole;
  const groups = spec["groups"];
  if (!Array.isArray(groups))
    return { rules: [], problems: [unreadable(path, "it has no list of groups, and no spec.groups")] };
  const read = groups.flatMap((group: unknown) => (isRecord(group) ? readGroup(path, group) : []));
  return {
    rules: read.flatMap((one) => ("rule" in one ? [one.rule] : [])),
    problems: read.flatMap((one) => ("problem" in one ? [one.problem] : [])),
  };
}

type ReadOne = { readonly rule: ReadRule } | { readonly problem: RuleProblem };

function readGroup(file: string, group: Readonly<Record<string, unknown>>): readonly ReadOne[] {
  const rules = Array.isArray(group["rules"]) ? group["rules"] : [];
  const of = { file, group: textOf(group["name"]), intervalMs: durationOf(group["interval"]) };
  return rules.map((rule: unknown) => readRule(of, isRecord(rule) ? rule : {}));
}

function readRule(
  of: Pick<ReadRule, "file" | "group" | "intervalMs">,
  rule: Readonly<Record<string, unknown>>,
): ReadOne {
  const [alert, record] = [textOf(rule["alert"]), textOf(rule["record"])];
  const name = alert === "" ? record : alert;
  const expr = textOf(rule["expr"]);
  if (name === "" || expr === "") {
    const says = `a rule of the group ${of.group} has no ${name === "" ? "name (alert or record)" : "expr"}`;
    return { problem: invalidRule(of.file, name === "" ? null : name, says) };
  }
  return {
    rule: {
      ...of,
      kind: alert === "" ? "record" : "alert",
      name,
      expr,
      forMs: durationOf(rule["for"]) ?? 0,
      keepFiringForMs: durationOf(rule["keep_firing_for"]) ?? 0,
      labels: textsOf(rule["labels"]),
      annotations: textsOf(rule["annotations"]),
      source: rule,
    },
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

function textsOf(value: unknown): Texts {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, textOf(text)]));
}

function durationOf(value: unknown): number | null {
  return promDurationMs(textOf(value));
}

function unreadable(file: string, says: string): RuleProblem {
  return {
    code: "RULES_UNREADABLE",
    file,
    rule: null,
    says,
    remedy: "Name files as Prometheus loads them: YAML with groups, or a PrometheusRule.",
  };
}

/** The problem of a rule that Prometheus would refuse. */
export function invalidRule(file: string, rule: string | null, says: string): RuleProblem {
  return {
    code: "RULES_INVALID",
    file,
    rule,
    says,
    remedy: "Mend the rule, and let promtool check rules read the file again.",
  };
}
