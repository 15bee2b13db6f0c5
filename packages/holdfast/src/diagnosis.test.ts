import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { diagnose, type MachineFacts } from "./diagnosis.ts";

const good: MachineFacts = {
  nodeVersion: "22.18.0",
  platform: "linux",
  cores: 2,
  freeMemoryBytes: 4 * 2 ** 30,
  descriptorsMax: 1024,
  canListen: null,
  canWrite: null,
  canReadProcesses: true,
  latenessMs: Array.from({ length: 40 }, (_, i) => (i % 5) / 10),
};

describe("diagnose", () => {
  it("finds nothing wrong with a good machine", () => {
    assert.deepEqual(
      diagnose(good).map(({ state }) => state),
      Array.from({ length: 7 }, () => "ok"),
    );
  });

  const troubles: readonly (readonly [name: string, facts: Partial<MachineFacts>, state: string])[] = [
    ["Node", { nodeVersion: "22.17.9" }, "bad"],
    ["Loopback ports", { canListen: "EPERM" }, "bad"],
    ["Run folder", { canWrite: "EACCES" }, "bad"],
    ["File descriptors", { descriptorsMax: 256 }, "warning"],
    ["Process table", { canReadProcesses: false }, "warning"],
    ["Capacity", { cores: 1 }, "warning"],
    ["Noise", { latenessMs: Array.from({ length: 40 }, (_, i) => (i % 2) * 20) }, "warning"],
    ["Noise", { latenessMs: [...Array.from({ length: 39 }, () => 0), 80] }, "warning"],
  ];
  for (const [name, facts, state] of troubles)
    it(`says ${state} of ${name} for ${Object.keys(facts).join()}`, () => {
      const wrong = diagnose({ ...good, ...facts }).filter((one) => one.state !== "ok");
      assert.deepEqual(
        wrong.map((one) => [one.name, one.state]),
        [[name, state]],
      );
      assert.ok(wrong[0]?.remedy);
    });
});
