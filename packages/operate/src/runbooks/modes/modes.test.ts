import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { readPolicy } from "@holdfast/core";
import { parse } from "yaml";
import { modes as alertModes } from "../../alerts/index.ts";
import { absentNames } from "../../alerts/metric-absent.ts";
import type { ModeSubject } from "../../alerts/mode-subject.ts";
import { checkQuery } from "../../dashboards/check-queries.ts";
import { familyOf } from "../../metrics/families.ts";
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
  policy: { deadlineMs: 4_000, attemptTimeoutMs: 800, retry: { attempts: 3 }, budget: {}, breaker: {} },
  contract: "holdfast.yaml",
});

const hostile: Observed = {
  integration: "payments",
  mode: "provider unavailable (5xx)",
  run: "2026-11-28T00-00-00-abcd",
  faults: ["503"],
  calls: 12,
  failed: 12,
  ends: ["12 calls failed after 12 ms to 1.7 s."],
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
    runs.flatMap((run) => ("text" in run && run.language === language ? [run.text] : []));
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

  for (const [what, metrics, asks] of [
    [
      "a plain client's metrics",
      ["http_client_requests_seconds_count"],
      /http_client_requests_seconds_count\{job=/,
    ],
    ["a plain server's metrics", ["http_requests_total"], /http_requests_total\{job=/],
    ["no metric that is known", [], null],
  ] as const) {
    it(`ask for nothing else where a service has ${what}, and say so`, () => {
      const family = familyOf(metrics, false);
      const pages = planRunbooks(
        { integrations: [{ name: "payments", policy: aboutBy("resilience").policy }] as never },
        { subjects: [{ ...subjectBy("resilience"), provider: "payments" }], objectives: [objective] },
        {
          owner: "team payments. Last reviewed: 2026-11-01",
          observed: [],
          contract: "holdfast.yaml",
          family,
        },
      );
      const texts = pages.map(({ head, parts, tail }) => freshText(head, parts, tail));
      assert.ok(texts.length >= 7);
      for (const text of texts) {
        assert.doesNotMatch(text, /holdfast_resilience|slo:|undefined|provider\.example/);
        const context = { metrics, today: "2026-11-28", reviewedDaysMax: 180, exists: () => true };
        const errors = lintRunbook(text, context).filter(({ rule }) => rule !== "commands");
        assert.deepEqual(errors, []);
      }
      const silent = texts[pages.findIndex(({ mode }) => mode === "provider-silent")] ?? "";
      assert.match(silent, /No metric that was seen of the service tells this/);
      assert.match(silent, /So the contract writes it: set the same where the service has it\./);
      const overview = texts[0] ?? "";
      const notes = [/requests to all providers together/, /what the service answers to its own callers/];
      assert.deepEqual(
        notes.map((note) => note.test(overview)),
        [what === "a plain client's metrics", what === "a plain server's metrics"],
      );
      assert.equal(asks === null ? /promql/.test(silent) : !asks.test(silent), false);
    });
  }

  it("speak of codes that calls of ours can end with", () => {
    const source = readFileSync(new URL("../../../../resilience/src/errors.ts", folder), "utf8");
    const [, list = ""] = /errorCodes = \[([^\]]*)\]/.exec(source) ?? [];
    const codes = [...list.matchAll(/"([A-Z_]+)"/g)].map(([, code]) => code);
    const texts = plan("resilience").flatMap(({ parts }) => parts.map(({ text }) => text));
    const said = texts.flatMap((text) => [...text.matchAll(/`([A-Z_]{4,})`/g)].map(([, code = ""]) => code));
    // Codes of the network begin with E and have no other like them; the name of a variable is none.
    const own = said.filter((code) => !/^(E[A-Z]{5,}|HOLDFAST_.*)$/.test(code) || code === "EXHAUSTED");
    assert.ok(own.includes("OPEN") && codes.length > 10);
    assert.deepEqual(
      own.filter((code) => !codes.includes(code)),
      [],
    );
  });

  it("name the alerts that are generated for the policy, and no others", () => {
    const policy = { retry: { attempts: 3 } };
    const [overview, ...pages] = planRunbooks(
      { integrations: [{ name: "payments", policy }] as never },
      { subjects: [{ ...subjectBy("resilience"), policy }], objectives: [objective] },
      { owner: null, observed: [], contract: "holdfast.yaml" },
    );
    assert.ok(overview?.alerts.includes("RetryStorm"));
    const text = [overview, ...pages]
      .map((page) => page?.parts.map((part) => part.text).join("\n"))
      .join("\n");
    assert.match(text, /`RetryStorm`/);
    assert.doesNotMatch(text, /RetryBudgetSpent|CircuitBreakerOpen|budget_refusals/);
  });

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
