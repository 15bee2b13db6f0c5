import { headings, items, itemVerdicts, type JsonSchema, severities, verdicts } from "@holdfast/core";
import { profileNames } from "../profiles.ts";
import { fingerprintDefinition } from "./fingerprint-schema.ts";
import { count, list, number, oneOf, orNull, record, ref, text } from "./schema-parts.ts";

/** The JSON Schema of `checklist.json` and `verify --json`. Field names change only with `schemaVersion`. */
export function checklistSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Holdfast Integration Verification Checklist",
    ...checklist,
    $defs: definitions,
  };
}

const severity = oneOf(severities, "How bad it would be in production.");
const itemId = oneOf(items.map((item) => item.id));

const checklist = record("What a run of `holdfast verify` found, with the evidence it rests on.", {
  schemaVersion: { const: 1 },
  run: text("The run's id, which is also the name of its folder."),
  service: text(),
  contract: record("The contract that was verified.", {
    file: text(),
    digest: text("SHA-256 of the text, hex."),
  }),
  seed: number("Runs with equal seeds plan the same experiments."),
  "profile?": oneOf(profileNames, "How thorough the run was."),
  startedAt: text("ISO 8601, UTC."),
  wallMs: number("How long the run took.", 0),
  longestExperimentMs: number(undefined, 0),
  startMs: number("Median time an instance took to be ready.", 0),
  lowerBoundMs: number("What no schedule can beat.", 0),
  versions: record("What took part.", { holdfast: text(), node: text(), platform: text() }),
  noise: orNull(ref("noise"), "Noise of the machine during the run; null when it was not measured."),
  items: {
    ...list(ref("item"), "The ten items, in their order."),
    minItems: items.length,
    maxItems: items.length,
  },
  experiments: list(ref("experiment")),
  findings: list(ref("finding")),
  incidents: list(ref("incident")),
  runbookGaps: list(ref("runbookGap")),
  "alertCoverage?": list(
    ref("alertCoverage"),
    "Ways to fail against the alert that tells of them and the section that says what to do.",
  ),
  notBuilt: list(
    record("A block of the contract that is known and not built yet.", {
      path: text(),
      line: count(),
      what: text(),
    }),
  ),
  "notes?": list(text(), "What to know besides, such as accepted findings that expired."),
  "fingerprint?": list(ref("fingerprint"), "The policies inferred from behaviour alone, by target."),
  interrupted: orNull(text(), "Why the run ended early; verdicts rest on what was seen until then."),
});

const checkResult = record("What one check says about one target.", {
  id: text(),
  item: itemId,
  "integration?": text("Absent for checks of the whole service."),
  "operation?": text(),
  "serves?": text("The entry of service.serves that it is about, in place of integration and operation."),
  "scenario?": text(),
  question: text(),
  rule: text(),
  source: text("Where the rule and its numbers come from."),
  required: { type: "boolean", description: "Whether the item is incomplete without it." },
  verdict: oneOf(verdicts),
  because: text("One sentence with the numbers in it."),
  fired: count("On how many exchanges the fault took hold."),
  samples: count("How many calls were judged."),
  "estimate?": ref("measured"),
  "limit?": ref("measured"),
  "measured?": list(ref("measured")),
  "bound?": number("For none seen in n: the 95 % upper bound of the rate.", 0),
  evidence: list(ref("citation")),
  "diagnosis?": text("What is probably wrong inside."),
  "severity?": severity,
  "more?": record("What more samples or a longer watch would decide.", {
    experiment: text(),
    samples: count(),
    buys: text(),
  }),
  "contract?": record("Where the commitment stands in the contract, or should.", {
    file: text(),
    line: count(),
    column: count(),
    path: text(),
    "declared?": {
      type: "boolean",
      description:
        "Whether something is declared at the path itself; else the place is that of its nearest parent.",
    },
  }),
  "remedy?": text(),
  "accepted?": record("The baseline accepts this finding for a while.", {
    reason: text(),
    owner: text(),
    until: text("ISO date; from the day after, the finding counts again."),
  }),
  repeat: text("The command that repeats it."),
});

const definitions: Readonly<Record<string, JsonSchema>> = {
  fingerprint: fingerprintDefinition,
  noise: record("From control delays through the same process tree and proxy.", {
    type: { const: "noise" },
    samples: count(),
    sigmaMs: number("1.4826 times the median absolute deviation.", 0),
    p50Ms: number(),
    p99Ms: number(),
    maxMs: number(),
  }),
  item: record("A line of the checklist.", {
    id: itemId,
    title: text(),
    heading: oneOf(headings),
    verdict: oneOf(itemVerdicts),
    says: text("n of m checks, and for either/or items which branch applied."),
    checks: list(ref("checkResult")),
  }),
  checkResult,
  measured: record("A number that a verdict rests on.", {
    name: text(),
    value: number(),
    unit: text(),
    "interval?": { type: "array", items: { type: "number" }, minItems: 2, maxItems: 2 },
  }),
  citation: record("Observations cited by a verdict.", {
    experiment: text(),
    call: text(),
    exchanges: list(text()),
    note: text(),
  }),
  experiment: record("What was done, and what it cost.", {
    id: text(),
    summary: text(),
    checks: list(text()),
    samples: count(),
    wallMs: number(undefined, 0),
    lowerBoundMs: number(undefined, 0),
  }),
  finding: record("A fail or advice with diagnosis and remedy.", {
    id: text("Stable across runs."),
    check: text(),
    at: text(),
    verdict: oneOf(["fail", "advice"]),
    severity,
    because: text(),
    diagnosis: text(),
    remedy: text(),
    accepted: { type: "boolean" },
  }),
  incident: record("A finding as what it would have been in production.", {
    id: { type: "string", pattern: "^INC-[0-9a-f]{8}$", description: "Stable across runs." },
    title: text(),
    finding: text(),
    severity,
    story: text(),
    timeline: list(record("One step.", { atMs: number(), what: text() })),
    file: text(),
  }),
  runbookGap: record("A failure mode that the run showed and no runbook covers well enough.", {
    failureMode: text(),
    integration: text(),
    signature: text(),
    gap: text(),
    todo: text(),
    "rule?": text("A rule that would have told of it, drafted: a file as Prometheus reads it."),
    "section?": text("A section that says what to do, drafted, in Markdown."),
  }),
  alertCoverage: record("One way to fail: what would have told somebody, and what they would have read.", {
    integration: text(),
    failureMode: text(),
    calls: count("How many calls met it."),
    failed: count("How many of them failed."),
    alert: record("The first alert that fires, or why none does.", {
      state: oneOf(["fires", "silent", "absorbed", "unproved"]),
      "name?": text(),
      "afterMs?": number("After the fault began.", 0),
      "resolvedMs?": number("After the fault ended; absent where it still fired.", 0),
      "others?": count("How many alerts fired beside it."),
      "because?": text("Why it could not be proved."),
    }),
    runbook: record("The section that speaks of it.", {
      state: oneOf(["covered", "uncovered", "absorbed"]),
      "section?": text("Its heading."),
    }),
  }),
};
