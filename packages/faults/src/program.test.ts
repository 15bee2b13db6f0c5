import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Arming } from "./arming.ts";
import { faults } from "./faults/index.ts";
import type { FaultProgram } from "./model.ts";
import { advance, readProgram } from "./program.ts";

const program = (...steps: FaultProgram["steps"]): FaultProgram => ({ steps });

describe("a fault program", () => {
  it("is read with defaults filled in and the settings as they were written kept", () => {
    const read = readProgram(
      program({ fault: { kind: "latency", delayMs: 5 }, times: "forever" }, { fault: null, times: 2 }),
    );

    assert.ok("value" in read);
    const [first, second] = read.value.steps;
    assert.deepEqual(first?.fault?.settings, { delayMs: 5, jitterMs: 0 });
    assert.deepEqual(first?.fault?.spec, { kind: "latency", delayMs: 5 });
    assert.equal(first?.fault?.fault, faults["latency"]);
    assert.equal(second?.fault, null);
  });

  it("is told all that is wrong with it at once, with the nearest known name", () => {
    const read = readProgram({
      steps: [
        { fault: { kind: "latencyy" }, times: 1 },
        { fault: { kind: "status", status: 9, keepalive: true }, times: 1 },
        { fault: { kind: "hang" }, times: 0 },
        { fault: "hang", times: 1 },
      ],
    });

    assert.ok("problems" in read);
    const told = read.problems.map(({ path, code }) => `${path.join(".")} ${code}`);
    assert.deepEqual(told, [
      "steps.0.fault.kind UNKNOWN_VALUE",
      "steps.1.fault.keepalive UNKNOWN_KEY",
      "steps.1.fault.status OUT_OF_RANGE",
      "steps.2.times OUT_OF_RANGE",
      "steps.3.fault WRONG_TYPE",
    ]);
    assert.match(read.problems[0]?.remedy ?? "", /latency/);
  });

  it("goes on step by step, and stays in a step that is for ever", () => {
    const read = readProgram(
      program({ fault: null, times: 2 }, { fault: { kind: "reset" }, times: "forever" }),
    );
    assert.ok("value" in read);
    let at = { step: 0, used: 0 };
    const steps: number[] = [];
    for (let exchange = 0; exchange < 5; exchange++) {
      steps.push(at.step);
      at = advance(read.value, at);
    }

    assert.deepEqual(steps, [0, 0, 1, 1, 1]);
  });
});

describe("an armed program", () => {
  it("is used up by exchanges of its operation only, and lets the rest pass", () => {
    const arming = new Arming();
    arming.arm({ call: "c", operation: "charge", program: program({ fault: { kind: "reset" }, times: 1 }) });

    assert.equal(arming.take("refund"), null);
    assert.equal(arming.take(null), null);
    assert.ok(arming.faultWaits());
    assert.deepEqual(arming.take("charge")?.step, 0);
    assert.equal(arming.take("charge"), null);
    assert.ok(!arming.faultWaits());
  });

  it("keeps a listener fault from exchanges and ends its turn when told", () => {
    const arming = new Arming();
    const steps = program(
      { fault: { kind: "refuse", forMs: 5 }, times: 1 },
      { fault: { kind: "hang" }, times: 1 },
    );
    arming.arm({ call: "c", operation: null, program: steps });

    assert.equal(arming.take("charge"), null);
    assert.equal(arming.listenerFault()?.spec.kind, "refuse");
    arming.listenerDone();
    assert.equal(arming.listenerFault(), null);
    assert.equal(arming.take("charge")?.spec.kind, "hang");
  });

  it("refuses a program that is not valid and keeps the one it had", () => {
    const arming = new Arming();
    arming.arm({ call: "old", operation: null, program: program({ fault: { kind: "reset" }, times: 1 }) });

    const invalid = {
      call: "new",
      operation: null,
      program: program({ fault: { kind: "nothing" }, times: 1 }),
    };
    assert.throws(() => arming.arm(invalid), { code: "FAULT_PROGRAM_INVALID" });
    assert.equal(arming.call, "old");
    assert.equal(arming.take(null)?.spec.kind, "reset");
  });
});
