import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contractOf } from "./support/contract.ts";
import { experimentOf, fixed, instancesOf, only, runOf, samplesOf } from "./support/run.ts";

const status = (code: number) => ({ kind: "status", status: code });
const procedure = { kind: "step-per-call" } as const;
const forever = (fault: ReturnType<typeof status> | null) => ({ fault, times: "forever" as const });

describe("a sample with a step for each call", { timeout: 60_000 }, () => {
  it("makes a call for each step on one instance, and every attempt of a call meets its own step alone", async () => {
    const program = { steps: [forever(status(503)), forever(null), forever(status(400))] };
    const experiment = experimentOf("steps", { program, procedure, samples: 1, perInstance: 1 });
    const { observations } = await runOf(contractOf("good"), fixed([experiment]));

    const samples = samplesOf(observations);
    assert.equal(new Set(samples.map((one) => one.instance)).size, 1);
    const seen = samples.map(({ id, outcome }) => {
      const exchanges = only(observations, "exchange").filter((one) => one.armedCall === id);
      const faults = exchanges.map(({ fault, firedMs }) => (firedMs === null ? null : fault?.spec));
      return [outcome, faults];
    });
    assert.deepEqual(seen, [
      ["failed", [status(503), status(503), status(503)]],
      ["succeeded", [null]],
      ["failed", [status(400), status(400), status(400)]],
    ]);
    const [report] = only(observations, "experiment");
    assert.equal(report?.samples, 1);
  });

  it("ends with the call under which the instance ended", async () => {
    const program = { steps: [forever(status(503)), forever(null)] };
    const experiment = experimentOf("steps", { program, procedure, samples: 1, perInstance: 1 });
    const { observations } = await runOf(contractOf("dies-on-fault"), fixed([experiment]));

    assert.equal(samplesOf(observations).length, 1);
    assert.ok(instancesOf(observations).some(({ end }) => end === "exited"));
  });
});
