import type { Contract, HttpIntegration } from "@holdfast/contract";
import { modeRule } from "../alerts/mode-rule.ts";
import { rateLimited } from "../alerts/rate-limited.ts";
import { contractObjectives } from "../contract-objectives.ts";
import { contractSubjects } from "../contract-subjects.ts";
import type { CallFamily } from "../metrics/families.ts";
import { objectiveRules } from "../rules/objective-rules.ts";
import type { RuleGroup } from "../rules/rule.ts";
import { rulesYaml } from "../rules/to-yaml.ts";
import { planRunbooks } from "../runbooks/generate-runbooks.ts";
import { runbookModes } from "../runbooks/modes/index.ts";
import type { AlertSettings } from "../settings.ts";
import { alertable } from "../slo/alertable.ts";

/** A way to fail of an integration, in the words of a verification. */
export interface DraftFor {
  readonly contract: Contract;
  readonly integration: string;
  readonly mode: string;
  readonly settings: AlertSettings;
  /** By what the service was seen to count its calls. */
  readonly family: CallFamily;
  /** Whether rules record how fast budgets burn. */
  readonly recorded: boolean;
}

/** What is drafted where nobody has said how much may fail. */
const availabilityDefault = 0.999;

/** A rule that would have told of it, from the generators: a file of rules as Prometheus reads it. `null` where none can be made, as of metrics that do not tell providers apart. */
export function draftRule({ contract, integration, mode, settings, family }: DraftFor): string | null {
  if (family.kind === "plain" || family.kind === "none") return null;
  const read = contractObjectives(withObjective(contract, integration), settings);
  const subject = read.subjects.find((one) => one.integration === integration);
  if (subject !== undefined && /429|throttle/.test(mode)) {
    const rule = modeRule(rateLimited, subject);
    if (rule !== null)
      return rulesYaml([{ name: `${integration} failures`, intervalMs: 60_000, rules: [rule] }]);
  }
  const objective = read.objectives.find((one) => one.integration === integration);
  if (objective === undefined) return null;
  const can = alertable(objective.target, objective.periodMs);
  const [fastest] = "pairs" in can ? can.pairs : [];
  if (fastest === undefined) return null;
  const [group] = objectiveRules(objective, [fastest], settings.gate).groups;
  return group === undefined ? null : rulesYaml([withoutAbsence(group)]);
}

/** The rule about what is not measured is one of its own. */
function withoutAbsence(group: RuleGroup): RuleGroup {
  return { ...group, rules: group.rules.filter((rule) => !rule.expr.startsWith("absent(")) };
}

function withObjective(contract: Contract, integration: string): Contract {
  const slo = { availability: availabilityDefault, latency: null, windowMs: null };
  const patched = (one: HttpIntegration): HttpIntegration =>
    one.name === integration && one.slo === null ? { ...one, slo } : one;
  return { ...contract, integrations: contract.integrations.map(patched) };
}

/** A section of a runbook about it, from the generators; `null` where they know none. */
export function draftSection(of: DraftFor): string | null {
  const { contract, integration, mode, settings, family, recorded } = of;
  const about = runbookModes.filter(({ shownAs }) => shownAs.includes(mode)).map(({ id }) => id);
  const read = contractSubjects(contract, settings);
  const plans = planRunbooks(contract, read, {
    owner: null,
    observed: [],
    contract: contract.file,
    family,
    recorded,
  });
  const page = plans.find((one) => one.integration === integration && about.includes(one.mode ?? ""));
  if (page === undefined) return null;
  const title = page.head.split("\n")[0]?.replace(/^# /, "") ?? mode;
  // Links to pages that would be generated beside it lead nowhere here.
  const parts = page.parts.filter(({ id }) => id !== "related");
  const body = parts.map(({ text }) => text.replaceAll(/^##/gm, "###")).join("\n\n");
  return `## ${title}\n\n${body}`;
}
