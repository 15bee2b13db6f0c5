import type { Contract, ContractProblem, HttpIntegration, Slo } from "@holdfast/contract";
import { formatDuration, type Path } from "@holdfast/core";
import type { ModeSubject } from "./alerts/mode-subject.ts";
import { serviceMatchers, serviceName, subjectOf } from "./contract-subject.ts";
import { availabilityIndicator, latencyIndicator } from "./metrics/indicators.ts";
import type { Note, ObjectivesRead } from "./objectives-read.ts";
import type { AlertSettings } from "./settings.ts";
import { placeAmongEdges } from "./slo/buckets.ts";
import { periodMsDefault } from "./slo/burn-pairs.ts";
import type { Indicator, Objective } from "./slo/objective.ts";
import { distinct, slug } from "./slug.ts";

/** The objectives of a contract, and whose failure modes are alerted on. */
export function contractObjectives(contract: Contract, settings: AlertSettings): ObjectivesRead {
  const read = contract.integrations.map((one) => integrationObjectives(contract, one, settings));
  const objectives = read.flatMap((one) => one.objectives);
  const ids = distinct(objectives.map(({ id }) => id));
  return {
    objectives: objectives.map((objective, index) => ({ ...objective, id: ids[index] ?? objective.id })),
    subjects: [...read.flatMap((one) => one.subjects), ...deliverySubjects(contract, settings)],
    notes: [...read.flatMap((one) => one.notes), ...passThroughNotes(contract)],
    problems: read.flatMap((one) => one.problems),
  };
}

function integrationObjectives(
  contract: Contract,
  integration: HttpIntegration,
  settings: AlertSettings,
): ObjectivesRead {
  const nothing = { objectives: [], subjects: [], notes: [], problems: [] };
  const { slo } = integration;
  if (slo === null) return nothing;
  const found = subjectOf(contract, integration, settings);
  if ("problem" in found) return { ...nothing, problems: [found.problem] };
  const { subject } = found;
  const parts = [
    ...availabilityOf({ contract, integration, slo, subject, settings }),
    ...latencyOf({ contract, integration, slo, subject, settings }),
  ];
  const problems = parts.flatMap((part) => ("problem" in part ? [part.problem] : []));
  const objectives = parts.flatMap((part) => ("objective" in part ? [part.objective] : []));
  if (parts.length === 0) problems.push(emptySlo(contract, integration));
  const notes = parts.flatMap((part) => ("objective" in part && part.note !== null ? [part.note] : []));
  return { objectives, subjects: [subject], notes, problems };
}

interface Given {
  readonly contract: Contract;
  readonly integration: HttpIntegration;
  readonly slo: Slo;
  readonly subject: ModeSubject;
  readonly settings: AlertSettings;
}

type Part =
  | { readonly objective: Objective; readonly note: Note | null }
  | { readonly problem: ContractProblem };

function availabilityOf(given: Given): readonly Part[] {
  const { slo, integration, subject, settings } = given;
  if (slo.availability === null) return [];
  const indicator = availabilityIndicator({ matchers: subject.matchers, source: settings.calls });
  const objective = objectiveOf(given, "availability", slo.availability, indicator, ["availability"]);
  return [{ objective: { ...objective, says: `calls to ${integration.name} succeed` }, note: null }];
}

function latencyOf(given: Given): readonly Part[] {
  const { slo, settings } = given;
  return Object.entries(slo.latency ?? {}).map(([percentile, limitMs]) => {
    const at = ["latency", percentile];
    const place = placeAmongEdges(limitMs, settings.edges);
    if (place.kind === "edge") return { objective: within(given, percentile, place.seconds), note: null };
    const { below, above } = place;
    if (settings.betweenEdges === "refused" || below === null) {
      return { problem: betweenEdges(given, at, limitMs, { below, above }) };
    }
    const says = `the limit ${formatDuration(limitMs)} is no edge of a bucket: calls count as slow from ${seconds(below)}, the edge below it`;
    const note = {
      place: given.contract.at(sloPath(given.integration, at)),
      about: given.integration.name,
      says,
    };
    return { objective: within(given, percentile, below), note };
  });
}

function within(given: Given, percentile: string, edge: number): Objective {
  const { subject, settings, integration } = given;
  const indicator = latencyIndicator({ matchers: subject.matchers, source: settings.calls }, edge);
  // Moving the point in decimal: p99.9 is 0.999 and not its binary neighbour.
  const target = Number(`${percentile.slice(1)}e-2`);
  const objective = objectiveOf(given, `latency-${percentile}`, target, indicator, ["latency", percentile]);
  return { ...objective, says: `calls to ${integration.name} end within ${seconds(edge)}` };
}

function objectiveOf(
  { contract, integration, slo, subject }: Given,
  kind: string,
  target: number,
  indicator: Indicator,
  at: Path,
): Objective {
  const { service, provider, runbook } = subject;
  return {
    id: `${slug(integration.name)}-${kind}`,
    service,
    integration: integration.name,
    provider,
    says: "",
    target,
    periodMs: slo.windowMs ?? periodMsDefault,
    indicator,
    pages: integration.severity === "critical" || integration.severity === "high",
    runbook,
    path: sloPath(integration, at),
    place: contract.at(sloPath(integration, at)),
  };
}

function sloPath({ name }: HttpIntegration, at: Path): Path {
  return ["integrations", name, "slo", ...at];
}

function seconds(edge: number): string {
  return formatDuration(edge * 1_000);
}

function betweenEdges(
  { contract, integration }: Given,
  at: Path,
  limitMs: number,
  { below, above }: { readonly below: number | null; readonly above: number | null },
): ContractProblem {
  const near = [below, above].filter((edge) => edge !== null).map(seconds);
  const path = sloPath(integration, at);
  const stricter = below === null ? "" : `, or pass --stricter-latency to count from ${seconds(below)}`;
  return {
    code: "SLO_BETWEEN_BUCKETS",
    path,
    place: contract.at(path),
    found: formatDuration(limitMs),
    expected: "an edge of the histogram's buckets: how many calls took longer is known for those only",
    remedy: `Write ${near.join(" or ")}${stricter}; --buckets names other edges where the service has them.`,
  };
}

function emptySlo(contract: Contract, integration: HttpIntegration): ContractProblem {
  const path = sloPath(integration, []);
  return {
    code: "SLO_EMPTY",
    path,
    place: contract.at(path),
    found: "no objective",
    expected: "availability, latency or both",
    remedy: "Add availability: 99.9%, or latency: { p99: 1s }.",
  };
}

/** Objectives of protocols whose calls nothing counts yet are told of, lest somebody takes them for alerted on. */
function passThroughNotes(contract: Contract): readonly Note[] {
  return contract.passThrough
    .filter(({ name }) => contract.declares(["integrations", name, "slo"]))
    .map(({ name, protocol }) => ({
      place: contract.at(["integrations", name, "slo"]),
      about: name,
      says: `there are no alerts for it: calls over ${protocol} are not counted yet`,
    }));
}

function deliverySubjects(contract: Contract, settings: AlertSettings): readonly ModeSubject[] {
  const declared = contract.passThrough.some(({ name }) =>
    ["publishes", "consumes"].some((key) => contract.declares(["integrations", name, key])),
  );
  if (!(settings.delivery ?? declared)) return [];
  return [
    {
      service: serviceName(contract),
      integration: "delivery",
      provider: "delivery",
      source: "delivery",
      matchers: serviceMatchers(contract, settings),
      runbook: null,
    },
  ];
}
