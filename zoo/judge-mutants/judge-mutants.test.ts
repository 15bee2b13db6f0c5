import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { callRecord, exchangeRecord, runRecord } from "../../packages/verify/src/testing/observations.ts";
import { builtChecks } from "../checks.ts";
import { cleanTwins } from "../clean/index.ts";
import { writeContract } from "../contracts.ts";
import { mutants } from "../mutants/index.ts";
import { judgeMutants } from "./index.ts";
import { type KeptCase, keptRuns, runsFor } from "./kept-runs.ts";
import { changed, type JudgeMutant, mutantsOf } from "./model.ts";
import { asText, isWrong, summary } from "./report.ts";
import { tryAll } from "./run.ts";
import { wrongNow } from "./trial.ts";

const source = join(import.meta.dirname, "../../packages/verify/src");

describe("the mutants of the rules", () => {
  it("stand each exactly once in a file of today", () => {
    const stale = judgeMutants.flatMap((mutant) => {
      const next = changed(readFileSync(join(source, mutant.file), "utf8"), mutant);
      return "wrong" in next ? [`${mutant.check}, ${mutant.file}: ${next.wrong}: ${mutant.was}`] : [];
    });

    assert.deepEqual(stale, []);
  });

  it("turn the rule of every built check round, and let it go", () => {
    const lacking = ["gates", ...builtChecks].flatMap((check) =>
      (["negated", "loosened"] as const)
        .filter((kind) => !judgeMutants.some((one) => one.check === check && one.kind === kind))
        .map((kind) => `${check}: none is ${kind}`),
    );

    assert.deepEqual(lacking, []);
  });

  it("say what is wrong with their text where it is missing or stands twice", () => {
    assert.deepEqual(changed("a b a", { was: "b", now: "$&" }), { source: "a $& a" });
    assert.match(JSON.stringify(changed("a b a", { was: "a", now: "" })), /2 times/);
    assert.match(JSON.stringify(changed("a b a", { was: "c", now: "" })), /0 times/);
  });
});

const rules: readonly JudgeMutant[] = mutantsOf("exists", [
  {
    kind: "negated",
    was: "if (words === 0)",
    now: "if (words > 0)",
    says: "A page that says something fails.",
  },
  { kind: "loosened", was: "if (words === 0)", now: "if (words <= 0)", says: "Nothing changes." },
  { kind: "loosened", was: "a text that is not there", now: "", says: "It is stale." },
  {
    kind: "loosened",
    was: "const words = wordsOf(",
    now: "const words = nobodyOf(",
    says: "It does not run.",
  },
]);

describe("a change of a rule", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "holdfast-kept-"));
    keep(root, "charge", "# Payments\n\nCall them.\n");
    for (const { id } of mutants.filter(({ fails }) => fails === "exists")) keep(root, id, null);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("is red when a verdict goes wrong, survives when none does, and is none when it is stale or does not run", async (t) => {
    const options = { kept: keptRuns(root), limitMs: 60_000, signal: t.signal };

    const trials = await tryAll(rules, options, 2, (line) => t.diagnostic(line));

    assert.deepEqual(
      trials.map(({ outcome }) => outcome),
      ["red", "survived", "no mutant", "no mutant"],
    );
    assert.match(trials[0]?.because ?? "", /^charge: exists says fail, not pass/);
    assert.deepEqual(trials.map(isWrong), [false, true, true, true]);
    assert.match(asText(summary(trials, options.kept.length)), /1 turned the scorecard red, 0 survived/);
  });

  it("is not tried where no run is kept, or not of every mutant of the check", async (t) => {
    const kept = keptRuns(root);
    const few = kept.filter(({ known }) => known.fails === null);
    const lacking = { kept: few, limitMs: 60_000, signal: t.signal };

    const [alone] = await tryAll(rules.slice(1, 2), lacking, 1, () => undefined);
    const [none] = await tryAll(rules.slice(1, 2), { ...lacking, kept: [] }, 1, () => undefined);

    assert.equal(alone?.outcome, "not tried");
    assert.match(alone?.because ?? "", /runbook-undeclared/);
    assert.equal(none?.outcome, "not tried");
  });

  it("is held against the mutants of its check and the twins, and at the gates against hollow runs", () => {
    const kept = keptRuns(root);

    assert.ok(runsFor("exists", kept).length > 1);
    assert.deepEqual(runsFor("bounded", kept), []);
    assert.deepEqual(new Set(runsFor("gates", kept).map(({ known }) => known.subject)), new Set(["charge"]));
    assert.ok(runsFor("gates", kept).some(({ hollow }) => hollow === "no fault took hold"));
  });
});

describe("what is wrong under a change", () => {
  const own = (verdict: string) => seen("mutant", "bounded", verdict);
  const clean = (verdict: string) => seen("twin", null, verdict);
  const hollow = (verdict: string) => ({ ...seen("twin", null, verdict), hollow: "no fault took hold" });

  it("is a defect that passes, one that is not found otherwise, and an alarm for nothing", () => {
    assert.equal(wrongNow([own("fail")], [own("pass")]).falsePasses, 1);
    assert.equal(wrongNow([own("fail")], [own("inconclusive")]).missed, 1);
    assert.equal(wrongNow([clean("pass")], [clean("inconclusive")]).falseAlarms, 1);
    assert.equal(wrongNow([hollow("inconclusive")], [hollow("pass")]).falsePasses, 1);
  });

  it("is not what was wrong before, nor what changes without being wrong", () => {
    assert.equal(wrongNow([own("inconclusive")], [own("inconclusive")]).outcome, "survived");
    assert.equal(wrongNow([clean("inconclusive")], [clean("pass")]).outcome, "survived");
    assert.equal(wrongNow([hollow("pass")], [hollow("inconclusive")]).outcome, "survived");
  });
});

function seen(subject: string, fails: string | null, verdict: string): KeptCase {
  const said = [{ check: "bounded", verdict, because: "seen" }];
  return { subject, fails, as: "fail", mayFail: [], said, error: null, wallMs: 0, hollow: null };
}

/** The least that a run leaves: a green baseline, what stands on the page, and that `exists` was asked for. */
function keep(root: string, id: string, text: string | null): void {
  const subject = [...cleanTwins, ...mutants].find((one) => one.id === id);
  assert.ok(subject);
  writeContract(subject, "mutants", root);
  const run = join(root, id, "run");
  mkdirSync(run);
  const healthy = ["a", "b", "c", "d", "e"].flatMap((call) => [
    callRecord(call, { experiment: "order", phase: "gate", outcome: "succeeded" }),
    exchangeRecord(call, { at: 0 }),
  ]);
  const seen = [runRecord({ runbooks: { payments: { path: "payments.md", text } } }), ...healthy];
  writeFileSync(join(run, "observations.ndjson"), seen.map((one) => `${JSON.stringify(one)}\n`).join(""));
  writeFileSync(join(run, "run.json"), JSON.stringify({ startedAt: "2026-11-23T10:00:00.000Z" }));
  const checks = [
    { id: "exists", verdict: "pass" },
    { id: "complete", verdict: "not-tested" },
  ];
  writeFileSync(join(run, "checklist.json"), JSON.stringify({ items: [{ checks }] }));
}
