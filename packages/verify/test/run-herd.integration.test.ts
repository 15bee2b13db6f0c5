import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FaultProgram } from "@holdfast/faults";
import { contractOf } from "./support/contract.ts";
import { experimentOf, fixed, only, runOf, samplesOf } from "./support/run.ts";

const calls = 20;
const together: FaultProgram = {
  steps: [
    { fault: { kind: "gather", requests: calls, withinMs: 2_000 }, times: calls },
    { fault: { kind: "status", status: 503 }, times: "forever" },
  ],
};

describe("a herd", { timeout: 120_000 }, () => {
  it("makes healthy calls in waves, then as many that fail at one moment, and tells their requests apart", async () => {
    const procedure = { kind: "herd", calls, waves: 2 } as const;
    const herd = experimentOf("herd", {
      procedure,
      program: together,
      samples: 1,
      samplesMax: 1,
      perInstance: 1,
    });
    const { observations } = await runOf(contractOf("good"), fixed([herd]));

    const made = only(observations, "call").filter(({ phase }) => phase === "load");
    const [load] = only(observations, "load");
    assert.deepEqual(
      load?.stages.map(({ name }) => name),
      ["healthy", "failing"],
    );
    const failing = made.filter(({ startedMs }) => startedMs >= (load?.stages[1]?.startedMs ?? 0));
    assert.deepEqual([made.length, failing.length], [3 * calls, calls]);
    const healthy = made.filter((one) => !failing.includes(one));
    assert.ok(healthy.every(({ outcome }) => outcome === "succeeded"));
    assert.deepEqual(samplesOf(observations), []);

    const exchanges = only(observations, "exchange");
    const first = failing.flatMap(
      ({ id }) => exchanges.find(({ request }) => request.mentions.includes(id)) ?? [],
    );
    const held = first.filter(({ fault }) => fault?.spec.kind === "gather");
    assert.ok(held.length >= calls / 2, `${held.length} were held`);
    const firedMs = held.map((one) => one.firedMs ?? Number.NaN);
    assert.ok(Math.max(...firedMs) - Math.min(...firedMs) < 500);
  });
});
