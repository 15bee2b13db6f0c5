import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { processesWith } from "../src/run/process-table.ts";
import { contractOf, placeOrder } from "./support/contract.ts";
import { experimentOf, fixed, instancesOf, only, runOf, samplesOf } from "./support/run.ts";

const acts = {
  service: {},
  module: {
    service: null,
    scenarios: [
      {
        ...placeOrder,
        act: { kind: "module", module: join(import.meta.dirname, "support", "client.mjs") },
        expect: null,
      },
    ],
  },
  command: {
    service: null,
    scenarios: [
      { ...placeOrder, act: { kind: "exec", command: [process.execPath, "command.mjs"] }, expect: null },
    ],
  },
} as const;

const once = (fault: { readonly kind: string; readonly how?: string }) => ({
  program: { steps: [{ fault, times: 1 }] },
  samples: 2,
  perInstance: 2,
});

describe("what is held, and who is killed meanwhile", { timeout: 120_000 }, () => {
  for (const [name, changes] of Object.entries(acts)) {
    it(`kills a ${name} while its reply is withheld, and gives it the same command again`, async () => {
      const again = experimentOf("again-after-crash", {
        ...once({ kind: "lost-reply", how: "hang" }),
        procedure: { kind: "again-after-crash" },
      });
      const { observations, run } = await runOf(contractOf("good", changes), fixed([again]));

      const samples = samplesOf(observations);
      assert.deepEqual(
        samples.map(({ outcome }) => outcome),
        ["succeeded", "succeeded"],
        JSON.stringify(samples.map(({ error }) => error)),
      );
      for (const { id } of samples) {
        const requests = only(observations, "request").filter(({ call }) => call === id);
        assert.deepEqual(
          requests.map(({ role, expected }) => [role, expected]),
          [
            ["first", false],
            ["again", true],
          ],
        );
        const killedMs = requests[0]?.endedMs ?? 0;
        const sent = only(observations, "exchange").filter(({ armedCall }) => armedCall === id);
        assert.deepEqual(
          sent.map((one) => [one.arrivedMs <= killedMs, one.firedMs !== null, one.delivered]),
          [
            [true, true, true],
            [false, false, true],
          ],
        );
      }
      const ends = instancesOf(observations).map(({ end }) => end);
      assert.ok(
        ends.every((end) => end === "stopped" || end === "running"),
        ends.join(),
      );
      assert.deepEqual(processesWith({ run, instance: null }), []);
    });
  }

  const skip = process.platform === "linux" ? false : "service: only Linux shows who tries to connect";
  it("leaves a call without any connection, and sees each attempt to make one", { skip }, async () => {
    // Sockets that go on after a call would be seen beside the next one on the same instance.
    const settings = { connection: "fresh", perInstance: 1 } as const;
    const hole = experimentOf("black-hole", { ...once({ kind: "black-hole" }), ...settings });
    const { observations } = await runOf(contractOf("good"), fixed([hole]));
    const samples = samplesOf(observations);
    assert.ok(samples.every(({ outcome }) => outcome === "failed"));
    for (const { id, startedMs, endedMs } of samples) {
      const seen = only(observations, "black-hole").find(({ armedCall }) => armedCall === id);
      assert.equal(seen?.counted, true);
      assert.equal(seen.connects.length, 3, "the service tries three times");
      assert.ok(seen.connects.every(({ beganMs }) => beganMs >= startedMs - 60 && beganMs <= (endedMs ?? 0)));
    }
    assert.deepEqual(only(observations, "proxy-problem"), []);
  });
});
