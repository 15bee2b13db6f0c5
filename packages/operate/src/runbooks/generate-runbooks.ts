import type { Contract, HttpIntegration } from "@holdfast/contract";
import type { Policy } from "@holdfast/core";
import { modes as alertModes } from "../alerts/index.ts";
import { type ModeSubject, mayHappen } from "../alerts/mode-subject.ts";
import type { CallFamily } from "../metrics/families.ts";
import type { ObjectivesRead } from "../objectives-read.ts";
import { distinct, slug } from "../slug.ts";
import type { RunbookMode, RunbookSubject } from "./mode.ts";
import { runbookModes } from "./modes/index.ts";
import type { Observed } from "./observed.ts";
import { overviewParts } from "./overview.ts";
import type { Part } from "./parts.ts";
import { partsOf, type RelatedLink } from "./render.ts";
import { familyFor } from "./words.ts";

/** A runbook as it is to be written: what its owner begins with, and the parts that are ours. */
export interface PlannedRunbook {
  readonly path: string;
  readonly integration: string;
  /** The failure mode; `null`: the page that leads to those of an integration. */
  readonly mode: string | null;
  readonly alerts: readonly string[];
  readonly head: string;
  readonly parts: readonly Part[];
  readonly tail: string;
}

/** How runbooks are made. */
export interface RunbookSettings {
  /** The team that owns new ones; `null`: somebody has to write it down, and `holdfast runbooks check` says so until then. */
  readonly owner: string | null;
  readonly observed: readonly Observed[];
  /** The contract's path as commands name it. */
  readonly contract: string;
  /** By what calls are counted; what generated rules read when left out. */
  readonly family?: CallFamily;
  /** Whether rules record how fast budgets burn; they do when left out. */
  readonly recorded?: boolean;
}

/** A runbook for each failure mode of each integration, and one page for each integration that leads to them. */
export function planRunbooks(
  contract: Pick<Contract, "integrations">,
  read: Pick<ObjectivesRead, "objectives" | "subjects">,
  settings: RunbookSettings,
): readonly PlannedRunbook[] {
  const names = distinct(read.subjects.map(({ integration }) => slug(integration)));
  return read.subjects.flatMap((subject, index) => {
    const integration = contract.integrations.find(({ name }) => name === subject.integration);
    const about: RunbookSubject = {
      subject,
      objectives: hasRules(settings)
        ? read.objectives.filter((objective) => objective.integration === subject.integration)
        : [],
      policy: policyOf(integration),
      contract: settings.contract,
      ...(settings.family === undefined ? {} : { family: settings.family }),
    };
    return runbooksOf(about, names[index] ?? slug(subject.integration), settings);
  });
}

/** Rules are made of metrics that tell providers apart. */
function hasRules({ family, recorded }: RunbookSettings): boolean {
  return recorded !== false && family?.kind !== "plain" && family?.kind !== "none";
}

function policyOf(integration: HttpIntegration | undefined): Policy {
  return integration?.policy ?? {};
}

function runbooksOf(
  about: RunbookSubject,
  name: string,
  settings: RunbookSettings,
): readonly PlannedRunbook[] {
  const kind = about.subject.source === "delivery" ? "delivery" : "integration";
  const modes = runbookModes.filter((mode) => mode.of === kind && mode.applies(about));
  const linkOf = (mode: RunbookMode): RelatedLink => ({ title: mode.title, file: `${name}-${mode.id}.md` });
  const pages = modes.map((mode) => {
    const related = modes.filter(({ id }) => mode.related.includes(id)).map(linkOf);
    const observed = settings.observed.filter(
      (one) => one.integration === about.subject.integration && mode.shownAs.includes(one.mode),
    );
    const alerts = alertsOf(mode, about);
    const policyRuns = familyFor(about).kind === "resilience";
    const parts = partsOf(mode.write(about), { alerts, observed, related, policyRuns });
    const title = `${mode.title}: ${about.subject.integration}`;
    return planned(linkOf(mode).file, title, about.subject, settings, {
      mode: mode.id,
      alerts,
      parts,
    });
  });
  const all = modes.flatMap((mode) => alertsOf(mode, about));
  const parts = overviewParts(
    about,
    modes.map((mode) => ({ mode, alerts: alertsOf(mode, about), ...linkOf(mode) })),
    settings.observed,
  );
  const overview = planned(`${name}.md`, `${about.subject.integration} fails`, about.subject, settings, {
    mode: null,
    alerts: all,
    parts,
  });
  return [overview, ...pages];
}

/** The alerts that lead to a page: those that are generated for this policy. */
function alertsOf(mode: RunbookMode, { subject }: RunbookSubject): readonly string[] {
  return mode.alerts.filter((name) => {
    const alert = alertModes.find((one) => one.name === name);
    return alert === undefined || (mayHappen(alert, subject) && alert.reads[subject.source] !== undefined);
  });
}

function planned(
  path: string,
  title: string,
  { integration }: ModeSubject,
  { owner }: RunbookSettings,
  of: Pick<PlannedRunbook, "mode" | "alerts" | "parts">,
): PlannedRunbook {
  const owned = owner === null ? "" : `\n\nOwner: ${owner}`;
  return {
    path,
    integration,
    ...of,
    head: `# ${title}${owned}`,
    tail: "## Notes\n\nWhat is learned in an incident belongs here: it stays when the rest is generated anew.",
  };
}
