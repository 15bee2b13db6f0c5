import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { checklistSchema } from "./checklist-schema.ts";
import { renderJson } from "./json.ts";
import type { Checklist, CheckResult } from "./model.ts";
import { checklist } from "./testing/fixture.ts";
import { schemaProblems } from "./testing/schema-problems.ts";

const schema = checklistSchema();

test("the published schema accepts what the JSON report writes", () => {
  assert.deepEqual(schemaProblems(JSON.parse(renderJson(checklist)), schema), []);
});

test("the published schema file is the one the code declares", async () => {
  const file = new URL("../../schema/checklist.schema.json", import.meta.url);
  assert.deepEqual(
    JSON.parse(await readFile(file, "utf8")),
    JSON.parse(JSON.stringify(schema)),
    "write it anew: holdfast schema checklist > packages/verify/schema/checklist.schema.json",
  );
});

test("the made-up checklist uses every optional field, so that the schema is tried on each", () => {
  const written = renderJson(checklist);
  const optional = [
    "estimate",
    "limit",
    "measured",
    "bound",
    "diagnosis",
    "severity",
    "more",
    "contract",
    "remedy",
    "accepted",
    "integration",
    "interval",
    "fingerprint",
    "alertCoverage",
    "resolvedMs",
    "rule",
    "section",
    "atLeast",
    "possible",
  ];
  assert.deepEqual(
    optional.filter((name) => !written.includes(`"${name}":`)),
    [],
  );
});

/** Every field of the types: a new one that is not listed here does not compile, one that is not in the schema fails. */
const fields: {
  readonly checklist: Required<Record<keyof Checklist, true>>;
  readonly checkResult: Required<Record<keyof CheckResult, true>>;
} = {
  checklist: {
    schemaVersion: true,
    run: true,
    service: true,
    contract: true,
    seed: true,
    profile: true,
    startedAt: true,
    wallMs: true,
    longestExperimentMs: true,
    startMs: true,
    lowerBoundMs: true,
    versions: true,
    noise: true,
    items: true,
    experiments: true,
    findings: true,
    incidents: true,
    runbookGaps: true,
    alertCoverage: true,
    notBuilt: true,
    notes: true,
    fingerprint: true,
    interrupted: true,
  },
  checkResult: {
    id: true,
    item: true,
    integration: true,
    operation: true,
    serves: true,
    scenario: true,
    question: true,
    rule: true,
    source: true,
    required: true,
    contract: true,
    remedy: true,
    accepted: true,
    repeat: true,
    verdict: true,
    because: true,
    fired: true,
    samples: true,
    estimate: true,
    limit: true,
    measured: true,
    bound: true,
    evidence: true,
    diagnosis: true,
    severity: true,
    more: true,
  },
};

test("the published schema has every field of the types and no other", () => {
  const definitions = schema["$defs"] as Record<string, { properties: object }>;
  const names = (properties: unknown): string[] => Object.keys(properties as object).toSorted();
  assert.deepEqual(names(schema["properties"]), names(fields.checklist));
  assert.deepEqual(names(definitions["checkResult"]?.properties), names(fields.checkResult));
});

const spoiled: readonly (readonly [string, (copy: Record<string, unknown>) => void, RegExp])[] = [
  ["a missing field", (copy) => delete copy["seed"], /\$\.seed: missing/],
  ["an unknown field", (copy) => Object.assign(copy, { mood: "good" }), /\$\.mood: unknown field/],
  ["another schema version", (copy) => Object.assign(copy, { schemaVersion: 2 }), /\$\.schemaVersion: not 1/],
  ["nine items", (copy) => (copy["items"] as unknown[]).pop(), /\$\.items: fewer than 10/],
  [
    "an unknown verdict",
    (copy) => Object.assign(firstCheck(copy), { verdict: "maybe" }),
    /checks\[0\]\.verdict/,
  ],
  ["a negative time", (copy) => Object.assign(copy, { wallMs: -1 }), /\$\.wallMs: below 0/],
  [
    "a number as text",
    (copy) => Object.assign(firstCheck(copy), { fired: "3" }),
    /fired: not of type integer/,
  ],
];

for (const [what, spoil, expected] of spoiled) {
  test(`the published schema refuses ${what}`, () => {
    const copy = JSON.parse(renderJson(checklist)) as Record<string, unknown>;
    spoil(copy);
    assert.match(schemaProblems(copy, schema).join("\n"), expected);
  });
}

function firstCheck(copy: Record<string, unknown>): object {
  const [item] = copy["items"] as { checks: object[] }[];
  return item?.checks[0] ?? {};
}
