import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Readable } from "node:stream";
import { describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { processesWith } from "../src/run/process-table.ts";
import { readRun } from "../src/run/stored-run.ts";
import { contractOf, temporaryFolder } from "./support/contract.ts";
import { experimentOf, fixed, runOf, samplesOf } from "./support/run.ts";

const quick = () => fixed([experimentOf("503-forever", { samples: 1 })]);

/** Resolves once a stream has held the text. */
function says(stream: Readable, text: string): Promise<void> {
  let said = "";
  return new Promise((resolve) => {
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(text)) resolve();
    });
  });
}

describe("an early end", { timeout: 120_000 }, () => {
  it("keeps what was seen and leaves nothing running when it is asked for", async () => {
    const stop = new AbortController();
    const hang = { steps: [{ fault: { kind: "hang" }, times: "forever" as const }] };
    const experiment = experimentOf("hang", { program: hang, samples: 100 });
    const result = await runOf(contractOf("good"), fixed([experiment]), {
      signal: stop.signal,
      progress: ({ samplesDone }) => {
        if (samplesDone >= 2) stop.abort();
      },
    });
    assert.match(result.interrupted ?? "", /stopped/);
    assert.ok(samplesOf(result.observations).length >= 2);
    assert.ok(readRun(result.folder).run.interrupted !== null);
    assert.deepEqual(processesWith({ run: result.run, instance: null }), []);
  });

  it("holds nobody not to answer whose answer it did not wait for", async () => {
    const stop = new AbortController();
    const result = await runOf(contractOf("slow-ready"), quick(), {
      signal: stop.signal,
      // The sample is made; whether the service is still ready is asked next.
      progress: ({ samplesDone }) => {
        if (samplesDone === 1) setTimeout(() => stop.abort(), 300);
      },
    });
    const asked = result.observations.flatMap((one) =>
      one.type === "instance" && one.experiment.endsWith("503-forever") ? [one.answeredAfter] : [],
    );
    assert.deepEqual(asked, [null]);
  });

  for (const untilPhase of ["gate 0", "plan 0", "run 1"]) {
    it(`leaves nothing running when Holdfast is killed at "${untilPhase}"`, async () => {
      const out = temporaryFolder();
      const program = fileURLToPath(new URL("./support/holdfast.ts", import.meta.url));
      const child = spawn(process.execPath, ["--conditions=@holdfast/source", program, "grandchild", out], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await says(child.stdout, untilPhase);
      await pause(60);
      const begun = JSON.parse(readFileSync(join(out, "observations.ndjson"), "utf8").split("\n")[0] ?? "");
      if (untilPhase === "run 1") assert.ok(processesWith({ run: begun.run, instance: null }).length >= 3);
      child.kill("SIGKILL");
      const { run } = JSON.parse(readFileSync(join(out, "observations.ndjson"), "utf8").split("\n")[0] ?? "");
      const untilMs = performance.now() + 3000;
      while (processesWith({ run, instance: null }).length > 0 && performance.now() < untilMs)
        await pause(50);
      assert.deepEqual(processesWith({ run, instance: null }), []);
    });
  }

  it("reads a run back that was cut in the middle of a line", async () => {
    const { folder } = await runOf(contractOf("good"), quick());
    const file = join(folder, "observations.ndjson");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.slice(0, -20));
    const stored = readRun(folder);
    assert.equal(stored.notes.length, 1);
    assert.equal(stored.observations.length, text.trimEnd().split("\n").length - 1);
  });
});
