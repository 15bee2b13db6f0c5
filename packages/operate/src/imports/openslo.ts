import type { Source } from "@holdfast/contract";
import { isMapping, type Problem, readShape } from "@holdfast/core";
import type { Indicator, Objective } from "../slo/objective.ts";
import { slug } from "../slug.ts";
import { placedIn, unsupported } from "./documents.ts";
import type { ImportedDocument } from "./imported-document.ts";
import { indicatorOf, periodOf, targetOf } from "./openslo-parts.ts";
import { type OpenSlo, sliShape, sloShape } from "./openslo-shapes.ts";

/** Kinds of OpenSLO that stand beside objectives and change nothing about them. */
const beside = new Set(["Service", "DataSource", "AlertPolicy", "AlertCondition", "AlertNotificationTarget"]);

/** Reads documents in the format of OpenSLO; an indicator may stand in a document of its own. */
export function readOpenSlo(sources: readonly Source[]): ImportedDocument {
  const indicators = new Map<string, Indicator | null>();
  const slis = sources.filter((one) => kindOf(one) === "SLI").map((one) => readIndicator(one, indicators));
  const others = sources
    .filter((one) => kindOf(one) !== "SLI")
    .map((one) => (kindOf(one) === "SLO" ? readSlo(one, indicators) : readBeside(one)));
  const all = [...slis, ...others];
  return {
    objectives: all.flatMap(({ objectives }) => objectives),
    notes: all.flatMap(({ notes }) => notes),
    problems: all.flatMap(({ problems }) => problems),
  };
}

const empty: ImportedDocument = { objectives: [], notes: [], problems: [] };

/** An indicator by its name; `null` for one that is not supported, which is told here and not once more where it is used. */
function readIndicator(source: Source, into: Map<string, Indicator | null>): ImportedDocument {
  const read = readShape(sliShape, source.value);
  if ("problems" in read) return { ...empty, problems: placedIn(source, read.problems) };
  const problems: Problem[] = [];
  const indicator = indicatorOf(read.value.spec, ["spec"], problems);
  into.set(read.value.metadata.name, indicator ?? null);
  return { ...empty, problems: placedIn(source, problems) };
}

function readSlo(source: Source, indicators: ReadonlyMap<string, Indicator | null>): ImportedDocument {
  const read = readShape(sloShape, source.value);
  const found = "problems" in read ? read : objectivesOf(read.value, source, indicators);
  if ("problems" in found) return { ...empty, problems: placedIn(source, found.problems) };
  return { ...empty, objectives: found.objectives };
}

/** What stands beside objectives. Alert policies have their place taken by the windows that are always written. */
function readBeside(source: Source): ImportedDocument {
  const kind = kindOf(source);
  if (kind === null || !beside.has(kind))
    return { ...empty, problems: placedIn(source, [unknownKind(source.value)]) };
  if (kind !== "AlertPolicy") return empty;
  const says = "alert policies are not read: the windows of the SRE workbook are written in their place";
  return { ...empty, notes: [{ place: source.places.key(["kind"]), about: kind, says }] };
}

function kindOf({ value }: Source): string | null {
  if (!isMapping(value) || value["apiVersion"] !== "openslo/v1") return null;
  return typeof value["kind"] === "string" ? value["kind"] : null;
}

function objectivesOf(
  { metadata, spec }: OpenSlo,
  source: Source,
  indicators: ReadonlyMap<string, Indicator | null>,
): { readonly objectives: readonly Objective[] } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const indicator = indicatorIn(spec, indicators, problems);
  const periodMs = periodOf(spec, problems);
  const targets = spec.objectives.map((one, index) => targetOf(one, ["spec", "objectives", index], problems));
  if (problems.length > 0 || indicator === null || periodMs === undefined) return { problems };
  const { name } = metadata;
  const service = spec.service;
  const annotations = metadata.annotations ?? {};
  return {
    objectives: targets.flatMap((found, index) => {
      if (found === undefined) return [];
      return [
        {
          id: slug(targets.length > 1 ? `${name}-${index + 1}` : name),
          service,
          integration: service,
          provider: service,
          says: spec.description ?? `events of ${name} are good`,
          target: found.target,
          periodMs,
          indicator,
          pages: true,
          runbook: annotations["runbook_url"] ?? annotations["runbook"] ?? null,
          path: found.path,
          place: source.places.value(found.path),
        },
      ];
    }),
  };
}

/** The indicator that stands in an SLO, or that it refers to. */
function indicatorIn(
  { indicator, indicatorRef }: OpenSlo["spec"],
  indicators: ReadonlyMap<string, Indicator | null>,
  problems: Problem[],
): Indicator | null {
  if (indicator !== undefined)
    return indicatorOf(indicator.spec, ["spec", "indicator", "spec"], problems) ?? null;
  const found = indicatorRef === undefined ? undefined : indicators.get(indicatorRef);
  if (found === undefined) problems.push(withoutIndicator(indicatorRef));
  return found ?? null;
}

function withoutIndicator(reference: string | undefined): Problem {
  if (reference === undefined) {
    return {
      code: "MISSING",
      path: ["spec", "indicator"],
      found: "nothing",
      expected: "the key indicator or indicatorRef",
      remedy: "Add indicator: { metadata, spec }, or indicatorRef: the name of an SLI in this file.",
    };
  }
  return unsupported(
    ["spec", "indicatorRef"],
    JSON.stringify(reference),
    "the name of an SLI that stands in the same file",
    "Put the SLI into this file, separated by a line of three dashes.",
  );
}

function unknownKind(value: unknown): Problem {
  const version = isMapping(value) ? value["apiVersion"] : undefined;
  const wrongVersion = version !== "openslo/v1";
  return unsupported(
    wrongVersion ? ["apiVersion"] : ["kind"],
    JSON.stringify((wrongVersion ? version : isMapping(value) && value["kind"]) ?? null),
    wrongVersion ? "apiVersion: openslo/v1, or version: prometheus/v1 of sloth" : "a kind of OpenSLO",
    wrongVersion ? "Convert the document to one of these." : "Write kind: SLO or kind: SLI.",
  );
}
