import { items, type JsonSchema, severities, verdicts } from "@holdfast/core";
import { count, list, number, oneOf, orNull, record, ref, text } from "../report/schema-parts.ts";

/** The JSON Schema of `judge --passive --json`. Field names change only with `schemaVersion`. */
export function passiveSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Holdfast passive judgement",
    ...report,
    $defs: definitions,
  };
}

const place = { integration: text(), operation: text() };

const report = record("What logs and traces alone decide about integrations, with the lines that show it.", {
  schemaVersion: { const: 1 },
  mode: { const: "passive" },
  service: text("Empty where no contract names it."),
  contract: orNull(
    record("The contract whose commitments were held against.", {
      file: text(),
      digest: text("SHA-256 of the text, hex."),
    }),
  ),
  read: record("What was read.", {
    files: list(ref("file")),
    spans: count("Spans of clients and servers over HTTP."),
    fromMs: orNull(number(), "The earliest time, in milliseconds since 1970."),
    toMs: orNull(number()),
    strangers: list(
      record("Requests that fit no operation.", { request: text("Method and path."), count: count() }),
    ),
  }),
  targets: list(ref("target")),
  checks: list(ref("result")),
  leftOut: list(record("A check that traffic cannot decide.", { id: text(), because: text() })),
});

const file = record("A file that was read.", {
  name: text(),
  lines: count(),
  requests: count(),
  logs: count("Lines of an application's log."),
  unreadable: orNull(
    record("Lines that nothing could be made of.", { line: count("The first, from 1."), count: count() }),
  ),
  notes: list(text()),
});

const target = record("One operation of one integration as traffic shows it.", {
  ...place,
  calls: count("Calls whose attempts could be told."),
  attempts: count("Requests of the operation."),
  failed: count("Requests of the operation that failed, whether they could be tied to a call or not."),
  failing: count("Calls of which an attempt failed."),
  setAside: list(record("Calls that were not judged.", { calls: count(), because: text() })),
  source: orNull(oneOf(["access-log", "span", "log"]), "Where attempts were read from."),
  unseen: list(text(), "What the sources do not show."),
});

const result = record("What one check says about one target.", {
  id: text("The id under which a verification knows the check."),
  item: oneOf(items.map(({ id }) => id)),
  ...place,
  question: text(),
  rule: text(),
  source: text(),
  verdict: oneOf(verdicts),
  because: text("One sentence with the numbers in it; for inconclusive, what would decide it."),
  samples: count("How many calls it rests on."),
  "estimate?": ref("measured"),
  "limit?": ref("measured"),
  "bound?": number("For none seen in n: the 95 % upper bound of the rate.", 0),
  "diagnosis?": text(),
  "severity?": oneOf(severities),
  "remedy?": text(),
  "accepted?": record("The contract accepts this finding for a while: it does not count as failed.", {
    reason: text(),
    owner: text(),
    until: text(),
  }),
  evidence: list(ref("line")),
});

const line = record("A line that shows it, without secrets.", {
  file: text(),
  line: count("From 1."),
  text: text(),
  note: text("What there is to see."),
});

const measured = record("A number that a verdict rests on.", {
  name: text(),
  value: number(),
  unit: text(),
  "interval?": { type: "array", items: { type: "number" }, minItems: 2, maxItems: 2 },
});

const definitions = { file, target, result, line, measured };
