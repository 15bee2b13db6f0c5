import type { Source } from "@holdfast/contract";
import {
  anyJson,
  choice,
  flag,
  isMapping,
  list,
  number,
  object,
  optional,
  type Path,
  type Problem,
  readShape,
  record,
  text,
  type ValueOf,
} from "@holdfast/core";
import type { Note } from "../objectives-read.ts";
import { periodMsDefault } from "../slo/burn-pairs.ts";
import type { Objective } from "../slo/objective.ts";
import { slug } from "../slug.ts";
import { placedIn, unsupported } from "./documents.ts";
import type { ImportedDocument } from "./imported-document.ts";
import { queriedIndicator, windowed } from "./query.ts";

const texts = record(text({ doc: "A value." }), { doc: "Values by name." });
const alert = object({
  doc: "What one kind of alert carries.",
  fields: {
    disable: optional(flag({ doc: "Whether there is none." })),
    labels: optional(texts),
    annotations: optional(texts),
  },
});

const slo = object({
  doc: "One objective.",
  fields: {
    name: text({ doc: "Its name." }),
    description: optional(text({ doc: "What it is about." })),
    objective: number({ min: 0, max: 100, doc: "The target in percent." }),
    labels: optional(texts),
    plugins: optional(anyJson({ doc: "Plugins of sloth." })),
    sli: object({
      doc: "What is measured.",
      fields: {
        events: optional(
          object({
            doc: "Bad and all events.",
            fields: {
              error_query: text({ doc: "Bad events." }),
              total_query: text({ doc: "All events." }),
            },
          }),
        ),
        raw: optional(anyJson({ doc: "A share, computed by a query." })),
        plugin: optional(anyJson({ doc: "A plugin of sloth." })),
      },
    }),
    alerting: object({
      doc: "How it is alerted on.",
      fields: {
        name: optional(text({ doc: "The alert's name." })),
        labels: optional(texts),
        annotations: optional(texts),
        page_alert: optional(alert),
        ticket_alert: optional(alert),
      },
    }),
  },
});

const document = object({
  doc: "Objectives of a service, in the format of sloth.",
  fields: {
    version: choice(["prometheus/v1"], { doc: "The format." }),
    service: text({ doc: "The service." }),
    labels: optional(texts),
    slo_plugins: optional(anyJson({ doc: "Plugins of sloth." })),
    slos: list(slo, { doc: "The objectives." }),
  },
});

type Slo = ValueOf<typeof slo>;

/** Reads a document in the format of sloth, whose alerts become ours: its queries are kept, its windows are the same. */
export function readSloth(source: Source): ImportedDocument {
  const read = readShape(document, source.value);
  if ("problems" in read) return { objectives: [], notes: [], problems: placedIn(source, read.problems) };
  const { service, slos, labels } = read.value;
  const problems: Problem[] = [];
  const notes: Note[] = [];
  const objectives = slos.flatMap((one, index) => {
    const path: Path = ["slos", index];
    const found = objectiveOf(service, one, path, source, { ...labels, ...one.labels });
    if ("problem" in found) problems.push(found.problem);
    else if (found.objective !== null) objectivesNotes(one, path, source, notes);
    return "objective" in found && found.objective !== null ? [found.objective] : [];
  });
  return { objectives, notes, problems: placedIn(source, problems) };
}

function objectiveOf(
  service: string,
  { name, description, objective, sli, alerting }: Slo,
  path: Path,
  source: Source,
  labels: Readonly<Record<string, string>>,
): { readonly objective: Objective | null } | { readonly problem: Problem } {
  const { page_alert: page, ticket_alert: ticket } = alerting;
  // Who wants no alert at all has nothing to import.
  if (page?.disable === true && ticket?.disable === true) return { objective: null };
  const events = sli.events;
  if (events === undefined) return { problem: withoutEvents([...path, "sli"], sli) };
  const [bad, total] = [windowed(events.error_query), windowed(events.total_query)];
  if (bad === null || total === null) {
    const at = bad === null ? "error_query" : "total_query";
    return { problem: withoutWindow([...path, "sli", "events", at], events[at]) };
  }
  const annotations = { ...alerting.annotations, ...page?.annotations };
  const at: Path = [...path, "objective"];
  return {
    objective: {
      id: `${slug(service)}-${slug(name)}`,
      service,
      integration: labels["integration"] ?? service,
      provider: labels["provider"] ?? labels["integration"] ?? service,
      says: description ?? `events of ${name} are good`,
      // Moving the point in decimal keeps 99.9 equal to 0.999.
      target: Number(`${objective}e-2`),
      periodMs: periodMsDefault,
      indicator: queriedIndicator(total, { bad }),
      pages: page?.disable !== true,
      runbook: annotations["runbook_url"] ?? annotations["runbook"] ?? null,
      path: at,
      place: source.places.value(at),
    },
  };
}

function objectivesNotes({ name, alerting, plugins }: Slo, path: Path, source: Source, notes: Note[]): void {
  const note = (at: Path, says: string): void => {
    notes.push({ place: source.places.key(at), about: name, says });
  };
  if (plugins !== undefined) note([...path, "plugins"], "plugins of sloth are not run");
  if (alerting.ticket_alert?.disable === true)
    note([...path, "alerting", "ticket_alert"], "tickets are written all the same: leave out their receiver");
}

function withoutEvents(path: Path, sli: unknown): Problem {
  const kind = isMapping(sli) && sli["raw"] !== undefined ? "raw" : "plugin";
  return unsupported(
    isMapping(sli) && sli[kind] !== undefined ? [...path, kind] : path,
    `an indicator of the kind ${kind}`,
    "an indicator of the kind events: a share alone does not tell how many events it is made of",
    "Write sli: { events: { error_query, total_query } }.",
  );
}

function withoutWindow(path: Path, query: string): Problem {
  return unsupported(
    path,
    JSON.stringify(query.length > 60 ? `${query.slice(0, 57)}…` : query),
    "a query with {{.window}}",
    "Write the range of the query as [{{.window}}].",
  );
}
