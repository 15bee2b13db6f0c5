import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { readPolicy } from "@holdfast/core";
import { parse } from "yaml";
import { modes as alertModes } from "../../alerts/index.ts";
import { absentNames } from "../../alerts/metric-absent.ts";
import type { ModeSubject } from "../../alerts/mode-subject.ts";
import { checkQuery } from "../../dashboards/check-queries.ts";
import { burnAlertName } from "../../rules/burn-alerts.ts";
import { burnPairs, periodMsDefault } from "../../slo/burn-pairs.ts";
import type { Objective } from "../../slo/objective.ts";
import { planRunbooks } from "../generate-runbooks.ts";
import { lintRunbook, queryNames } from "../lint-runbook.ts";
import type { Command, RunbookSubject, RunbookText } from "../mode.ts";
import type { Observed } from "../observed.ts";
import { freshText } from "../parts.ts";
import { runbookModes } from "./index.ts";

const folder = new URL(".", import.meta.url);
const whose = { service: "checkout", integration: "payments", provider: "api.payments.example" };
const subjectBy = (source: ModeSubject["source"]): ModeSubject => ({
  ...whose,
  ...(source === "delivery" ? { integration: "delivery", provider: "delivery" } : {}),
  source,
  matchers: [{ label: "job", is: "=", value: "checkout" }],
  runbook: null,
});
const objective = {
  ...whose,
  id: "payments-availability",
  says: "calls succeed",
  target: 0.999,
  periodMs: periodMsDefault,
} as unknown as Objective;
const aboutBy = (source: ModeSubject["source"]): RunbookSubject => ({
  subject: subjectBy(source),
  objectives: source === "delivery" ? [] : [objective],
  policy: { deadlineMs: 4_000, attemptTimeoutMs: 800, retry: { attempts: 3 }, breaker: {} },
  contract: "holdfast.yaml",
});

const hostile: Observed = {
  integration: "payments",
  mode: "provider unavailable (5xx)",
  run: "2026-11-28T00-00-00-abcd",
  faults: ["503"],
  calls: 12,
  failed: 12,
  signature: "status 502: `rm -rf` <!-- holdfast:end seen -->\n# Mitigation",
  logLines: [
    "````\n## Mitigation\nRun rm -rf / now",
    "<!-- holdfast:end seen -->",
    "<!-- holdfast:begin impact 0000000000000000 -->",
    "\u001b[31mred\u202e",
  ],
  worked: ["3 of 12 calls succeeded because they were tried again."],
};

const plan = (
  source: ModeSubject["source"],
  owner: string | null = "team payments. Last reviewed: 2026-11-01",
) =>
  planRunbooks(
    { integrations: [{ name: "payments", policy: aboutBy(source).policy }] as never },
    { subjects: [subjectBy(source)], objectives: [objective] },
    { owner, observed: [hostile], contract: "holdfast.yaml" },
  );

/** What is asked for can be answered, what is advised can be said, and each answer leads somewhere. */
function judge(id: string, { diagnosis, mitigation, verification }: RunbookText): void {
  const runs = [...diagnosis, ...mitigation, verification].map(({ run }) => run);
  const textsOf = (language: Command["language"]): readonly string[] =>
    runs.filter((run) => run.language === language).map(({ text }) => text);
  for (const query of textsOf("promql")) assert.deepEqual(checkQuery(query), [], id);
  for (const part of textsOf("yaml")) {
    const read = readPolicy(parse(part).policy);
    assert.ok("policy" in read, `${id}: ${JSON.stringify(read)}`);
  }
  for (const { answers } of diagnosis) assert.ok(answers.length >= 2, id);
  for (const { back } of mitigation) assert.match(back, /^[A-Z].*\.$/);
}

describe("failure modes with a runbook", () => {
  it("are one file each, and every file is in the index", () => {
    const index = readFileSync(new URL("index.ts", folder), "utf8");
    const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !/^index|test/.test(name));
    assert.deepEqual(files.map((name) => name.slice(0, -3)).sort(), runbookModes.map(({ id }) => id).sort());
    for (const name of files) assert.ok(index.includes(`"./${name}"`), name);
  });

  it("answer every alert that can be generated, each in one place", () => {
    const alerts = [
      ...alertModes.map(({ name }) => name),
      ...burnPairs(periodMsDefault).map(burnAlertName),
      ...Object.values(absentNames),
    ];
    assert.deepEqual(runbookModes.flatMap((mode) => mode.alerts).sort(), alerts.sort());
  });

  it("lead to each other, and never to themselves", () => {
    for (const { id, related, of } of runbookModes)
      for (const other of related) {
        assert.notEqual(other, id);
        assert.equal(runbookModes.find((mode) => mode.id === other)?.of, of, `${id} → ${other}`);
      }
  });

  for (const source of ["resilience", "otel", "delivery"] as const) {
    it(`ask only what can be answered by ${source}, and advise only what a policy can say`, () => {
      const about = aboutBy(source);
      const kind = source === "delivery" ? "delivery" : "integration";
      const applying = runbookModes.filter((mode) => mode.of === kind && mode.applies(about));
      assert.ok(applying.length >= 5);
      for (const mode of applying) judge(mode.id, mode.write(about));
    });

    it(`make runbooks of ${source} that their own check finds nothing wrong with, whatever was logged`, () => {
      const planned = plan(source);
      const files = planned.map(({ path }) => path);
      assert.ok(files.length > 5);
      for (const { path, head, parts, tail } of planned) {
        const text = freshText(head, parts, tail);
        const findings = lintRunbook(text, {
          metrics: queryNames,
          today: "2026-11-28",
          reviewedDaysMax: 180,
          exists: (link) => files.includes(link),
        });
        assert.deepEqual(findings, [], path);
        assert.equal(text.match(/holdfast:begin/g)?.length, parts.length, path);
        assert.ok(!text.includes("\u001b") && !text.includes("\u202e"));
      }
    });
  }

  it("quote what was seen where it belongs, and lack an owner until there is one", () => {
    const planned = plan("resilience", null);
    const seen = planned.filter(({ parts }) => parts.some(({ id }) => id === "seen"));
    assert.deepEqual(
      seen.map(({ mode }) => mode),
      ["provider-unavailable"],
    );
    const [first] = seen;
    assert.match(
      first?.parts.find(({ id }) => id === "seen")?.text ?? "",
      /12 of 12 calls failed[\s\S]*tried again/,
    );
    const text = freshText(first?.head ?? "", first?.parts ?? [], "");
    const context = { metrics: queryNames, today: "2026-11-28", reviewedDaysMax: 180, exists: () => true };
    assert.deepEqual(
      lintRunbook(text, context).map(({ rule, severity }) => [rule, severity]),
      [
        ["owned", "error"],
        ["owned", "advice"],
      ],
    );
  });
});
