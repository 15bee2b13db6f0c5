import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { malformedTraceparents } from "../src/strange-ids.ts";
import { contractOf, placeOrder } from "./support/contract.ts";
import { experimentOf, fixed, only, runOf, samplesOf } from "./support/run.ts";

/** What the calls of an experiment brought, and what reached the provider, by sample. */
async function broughtAndSent(contract: ReturnType<typeof contractOf>, traceparents: readonly string[]) {
  const experiment = experimentOf("strange", {
    program: { steps: [] },
    samples: 3,
    perInstance: 3,
    procedure: { kind: "strange-id", traceparents },
  });
  const { observations } = await runOf(contract, fixed([experiment]));
  const exchanges = only(observations, "exchange");
  return samplesOf(observations).map((call) => ({
    brought: call.traceparent,
    sent: exchanges
      .filter(({ armedCall }) => armedCall === call.id)
      .map(({ request }) => request.headers.find(([name]) => name === "traceparent")?.[1] ?? null),
  }));
}

describe("calls with a strange id", { timeout: 120_000 }, () => {
  it("bring no traceparent, and every other call brings its own", async () => {
    // The service sends an empty header where it was given none.
    const calls = await broughtAndSent(contractOf("good"), []);
    assert.deepEqual(calls, Array(3).fill({ brought: null, sent: [""] }));
    const usual = experimentOf("healthy", { program: { steps: [] } });
    const { observations } = await runOf(contractOf("good"), fixed([usual]));
    for (const { traceparent, traceId } of samplesOf(observations))
      assert.equal(traceparent?.slice(3, 35), traceId);
  });

  it("bring each malformed text in turn", async () => {
    const calls = await broughtAndSent(contractOf("good"), malformedTraceparents);
    assert.deepEqual(
      calls.map(({ brought }) => brought),
      malformedTraceparents,
    );
    assert.deepEqual(
      calls.map(({ sent }) => sent[0]),
      malformedTraceparents,
    );
  });

  it("leave the variable of a command out", async () => {
    const act = { kind: "exec", command: [process.execPath, "command.mjs"] } as const;
    const contract = contractOf("good", { service: null, scenarios: [{ ...placeOrder, act, expect: null }] });
    const calls = await broughtAndSent(contract, []);
    assert.deepEqual(
      calls.map(({ brought }) => brought),
      [null, null, null],
    );
  });
});
