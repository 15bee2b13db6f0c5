import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ProcedureSpec } from "../src/procedure-model.ts";
import { contractOf } from "./support/contract.ts";
import { experimentOf, fixed, instancesOf, only, runOf, samplesOf } from "./support/run.ts";

const nothing = { program: { steps: [] } };

/** One sample of an experiment that is made in a way of its own, and the requests that were sent for it. */
async function sampleOf(procedure: ProcedureSpec, settings: Parameters<typeof experimentOf>[1]) {
  const wanted = { procedure, samples: 1, samplesMax: 1, perInstance: 1, ...settings };
  const { observations } = await runOf(contractOf("good"), fixed([experimentOf("served", wanted)]));
  const [call] = samplesOf(observations);
  assert.ok(call);
  const requests = only(observations, "request").filter((one) => one.call === call.id);
  assert.deepEqual(
    requests.map(({ number }) => number).toSorted((a, b) => a - b),
    requests.map((_, at) => at),
  );
  return { call, requests, observations };
}

describe("samples of more than one request", { timeout: 60_000 }, () => {
  it("send a request, the same again and another body, under one key", async () => {
    const { call, requests } = await sampleOf({ kind: "same-key", key: "idempotency-key" }, nothing);
    assert.equal(call.outcome, "succeeded");
    assert.deepEqual(
      requests.map(({ role, status, expected }) => [role, status, expected]),
      [
        ["first", 201, true],
        ["again", 201, true],
        ["other-body", 201, true],
      ],
    );
    assert.equal(requests[0]?.answer, requests[1]?.answer);
  });

  it("send many at the same moment, all before the held answer of the first", async () => {
    const hold = {
      program: { steps: [{ fault: { kind: "latency", delayMs: 200 }, times: "forever" as const }] },
    };
    const { call, requests, observations } = await sampleOf(
      { kind: "at-once", key: "/key", requests: 12 },
      hold,
    );
    assert.equal(requests.length, 12);
    const held = only(observations, "exchange").filter((one) => one.armedCall === call.id);
    const first = Math.min(...held.map((one) => one.response?.firstByteMs ?? Number.POSITIVE_INFINITY));
    assert.ok(requests.every((one) => one.startedMs < first));
  });

  it("kill the service half-way, start it again at the same address, and ask until it is done", async () => {
    const hang = { program: { steps: [{ fault: { kind: "hang" }, times: "forever" as const }] } };
    const { call, requests, observations } = await sampleOf(
      { kind: "half-way", key: "idempotency-key", crash: true },
      hang,
    );
    assert.equal(call.outcome, "succeeded", call.error ?? "");
    assert.deepEqual(
      requests.map(({ role, expected }) => [role, expected]),
      [
        ["first", false],
        ["again", true],
      ],
    );
    const instance = instancesOf(observations).find((one) => one.instance === call.instance);
    assert.deepEqual([instance?.end, instance?.exitCode], ["stopped", null]);
  });

  it("hold slow connections beside calls, and let go of them in the end", async () => {
    const { requests } = await sampleOf(
      { kind: "slow-clients", slow: "body", connections: 5 },
      { ...nothing, horizonMs: 1_500 },
    );
    const of = (role: string) => requests.filter((one) => one.role === role);
    assert.deepEqual([of("before").length, of("slow").length], [15, 5]);
    assert.ok(of("during").length >= 5);
    assert.ok([...of("before"), ...of("during")].every((one) => one.expected));
    assert.ok(of("slow").every((one) => one.endedMs === null && one.status === null));
  });
});
