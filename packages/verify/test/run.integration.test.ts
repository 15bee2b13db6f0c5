import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { processesWith } from "../src/run/process-table.ts";
import { readRun } from "../src/run/stored-run.ts";
import { contractOf } from "./support/contract.ts";
import { experimentOf, fixed, instancesOf, only, runOf, samplesOf } from "./support/run.ts";

describe("a run", { timeout: 60_000 }, () => {
  it("proves the baseline, makes the experiments on fresh instances, and leaves nothing running", async () => {
    const outage = experimentOf("503-forever", { quiet: true, samples: 3 });
    const events: string[] = [];
    const result = await runOf(contractOf("good"), fixed([outage]), {
      progress: ({ phase }) => {
        if (events.at(-1) !== phase) events.push(phase);
      },
    });
    const { observations } = result;

    assert.equal(result.interrupted, null);
    assert.deepEqual(events, ["gate", "plan", "run"]);
    const calls = only(observations, "call");
    assert.equal(calls.filter(({ phase, outcome }) => phase === "gate" && outcome === "succeeded").length, 5);
    assert.equal(
      calls.filter(({ phase, outcome }) => phase === "warm-up" && outcome === "succeeded").length,
      2,
    );
    const samples = samplesOf(observations);
    assert.deepEqual(
      samples.map(({ outcome, status }) => [outcome, status]),
      [
        ["failed", 502],
        ["failed", 502],
        ["failed", 502],
      ],
    );
    for (const sample of samples) {
      const exchanges = only(observations, "exchange").filter(({ armedCall }) => armedCall === sample.id);
      assert.equal(exchanges.length, 3);
      assert.ok(exchanges.every(({ firedMs, response }) => firedMs !== null && response?.status === 503));
      const log = only(observations, "call-log").find(({ call }) => call === sample.id);
      assert.equal(log?.linesWithId, 3);
      assert.ok(sample.watchedUntilMs - (sample.endedMs ?? 0) >= 199, "it lingered");
    }
    assert.ok(instancesOf(observations).every(({ end, readyMs }) => end === "stopped" && readyMs !== null));
    assert.ok(only(observations, "noise").every((noise) => noise.samples >= 30));
    const [report] = only(observations, "experiment");
    assert.equal(report?.samples, 3);
    assert.deepEqual(processesWith({ run: result.run, instance: null }), []);
  });

  it("stores what it saw, and reads it back", async () => {
    const { folder, observations, run } = await runOf(
      contractOf("good"),
      fixed([experimentOf("503-forever")]),
    );
    const stored = readRun(folder);
    assert.equal(stored.run.run, run);
    assert.ok(stored.run.endedAt !== null);
    assert.deepEqual(stored.notes, []);
    assert.deepEqual(stored.observations, JSON.parse(JSON.stringify(observations)));
    assert.equal(stored.observations[0]?.type, "run");
  });

  it("finds planted secrets in logs and lets none onto the disk", async () => {
    const { folder, observations } = await runOf(contractOf("leaks"), fixed([experimentOf("503-forever")]));
    const kinds = new Set(only(observations, "leak").map(({ canary }) => canary));
    assert.deepEqual([...kinds].sort(), [
      "authorization",
      "card",
      "configured-secret",
      "cookie",
      "environment",
    ]);
    const planted = only(observations, "canary").map(({ canary }) => canary);
    assert.deepEqual(planted.sort(), ["authorization", "card", "configured-secret", "cookie", "environment"]);
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const text = readFileSync(join(file.parentPath, file.name), "utf8");
      for (const secret of [/hfcanary/, /400000\d{10}/, /sk-configured-secret/, /aGZjYW5hc/]) {
        assert.doesNotMatch(text, secret, file.name);
      }
    }
  });
});
