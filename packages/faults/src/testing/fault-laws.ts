import assert from "node:assert/strict";
import { it } from "node:test";
import type { Fault } from "../fault.ts";
import { playFault, type Scene } from "./play-fault.ts";

const answer = "HTTP/1.1 201 Created\r\ncontent-length: 4\r\n\r\nbody";
const provider: NonNullable<Scene["provider"]> = [
  [5, answer.slice(0, 9)],
  [20, answer.slice(9, 40)],
  [60, answer.slice(40)],
];

/** What holds for every fault that acts on exchanges, whatever it does. */
export function faultLaws(fault: Fault, settings: Readonly<Record<string, unknown>> = {}): void {
  it("loses no byte of a passing answer, unless it says that it does", async () => {
    const { sent } = await playFault(fault, { settings, provider });
    if (!fault.loses) assert.equal(sent, answer);
    assert.equal(typeof fault.loses, "boolean");
  });

  it("ends when the consumer goes away, and sends nothing afterwards", async () => {
    for (const goneMs of [0, 12, 40, 5_000]) {
      const { sentAtMs, endedMs } = await playFault(fault, { settings, provider, goneMs });
      assert.ok(endedMs <= goneMs, `still at work ${endedMs - goneMs} ms later`);
      assert.ok(sentAtMs.every((atMs) => atMs <= goneMs));
    }
  });

  it("does the same again with the same seed", async () => {
    const scene = { settings, provider, seed: 7 };
    assert.deepEqual(await playFault(fault, scene), await playFault(fault, scene));
  });

  it("fires only once the request is read, and says how it leaves the connection or hangs on", async () => {
    const { firedMs, sentAtMs } = await playFault(fault, { settings, provider, requestMs: 30 });
    assert.ok(firedMs === null || firedMs >= 30 || !fault.loses);
    assert.ok(sentAtMs.every((atMs) => atMs >= 30));
  });
}
