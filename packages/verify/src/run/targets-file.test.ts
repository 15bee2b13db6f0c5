import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultOf, isTargetsText, targetsText } from "./targets-file.ts";

const of = { run: "r1", service: "checkout", address: "127.0.0.1:4000" };
const listed = {
  instance: "i7",
  experiment: "place-order/payments.charge/503-forever",
  phase: "experiment",
  fault: "status 503",
} as const;
const stepsOf = (
  ...faults: readonly ({ readonly kind: string; readonly [more: string]: unknown } | null)[]
) => ({
  steps: faults.map((fault) => ({ fault, times: 1 })),
});

describe("the file of targets", () => {
  it("is what Prometheus' file_sd_configs read: a group for each instance, with what it is for", () => {
    assert.deepEqual(JSON.parse(targetsText(of, [listed])), [
      {
        targets: ["127.0.0.1:4000"],
        labels: {
          __metrics_path__: "/i7/metrics",
          __meta_holdfast_run: "r1",
          run: "r1",
          service: "checkout",
          instance: "i7",
          experiment: "place-order/payments.charge/503-forever",
          phase: "experiment",
          fault: "status 503",
        },
      },
    ]);
  });

  it("is known again, so that no other file is replaced", () => {
    assert.ok(isTargetsText(targetsText(of, [listed])));
    assert.ok(isTargetsText(targetsText(of, [])));
    const others = [
      "",
      "{}",
      '{"name":"app"}',
      "[1]",
      "[null]",
      '[{"targets":["a:1"],"labels":{"job":"x"}}]',
    ];
    for (const other of others) assert.ok(!isTargetsText(other), other);
  });

  it("names each kind of fault once, those of a load's stages too", () => {
    const status = { kind: "status", status: 503 };
    assert.equal(faultOf({ program: stepsOf(status, null, status, { kind: "hang" }) }), "status 503, hang");
    assert.equal(faultOf({ program: stepsOf(null) }), "none");
    const stage = {
      name: "failing",
      program: stepsOf(status),
      ratePerSecond: 1,
      maxMs: 1,
      until: null,
      onlyIfSeen: false,
      drains: true,
    } as const;
    const load = { kind: "load", stages: [stage], inFlightMax: 1, callsMax: 1, cutOffMs: 1 } as const;
    assert.equal(faultOf({ program: stepsOf(), procedure: load }), "status 503");
  });
});
