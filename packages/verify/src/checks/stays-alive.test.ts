import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { InstanceRecord, ObservedCall } from "../model.ts";
import { evidenceWith, experimentOf, instanceOf, times, verdictOf } from "../testing/evidence.ts";
import { staysAlive } from "./stays-alive.ts";

const calls = times(6, { attempts: [{ at: 0 }] });

function judged(instances: readonly Partial<InstanceRecord>[]) {
  const all = instances.map((one, index) => instanceOf({ instance: `instance-${index}`, ...one }));
  return verdictOf(
    staysAlive,
    evidenceWith({ "503-forever": experimentOf("503-forever", calls, { instances: all }) }),
  );
}

describe("stays-alive", () => {
  it("passes when every instance lived and answered afterwards", () => {
    const found = judged([{}, {}, {}]);
    assert.equal(found.verdict, "pass");
    assert.ok((found.bound ?? 0) > 0.6);
  });

  it("fails when one exits by itself, and quotes its last words", () => {
    const found = judged([{}, {}, { end: "exited", exitCode: 1, lastWords: ["Error: socket hang up"] }]);
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /1 of 3 instances exited/);
    assert.match(found.diagnosis ?? "", /socket hang up/);
    assert.equal(found.severity, "high");
    assert.equal(found.evidence.length, 1);
  });

  it("quotes the line that names the error, not the end of its stack", () => {
    const lastWords = [
      "listening",
      "TypeError: terminated",
      "    at fetch (node:1:2)",
      "  cause: SocketError",
      "}",
      "",
      "Node.js v24",
    ];
    const found = judged([{}, {}, { end: "exited", exitCode: 1, lastWords }]);
    assert.match(found.diagnosis ?? "", /Its last words: TypeError: terminated$/);
  });

  it("cites the call under which the instance ended, although it cannot be judged by", () => {
    const crashed = { end: "exited", instance: "crashed", exitCode: 1 } as const;
    const experiment = experimentOf("503-forever", calls, {
      instances: [instanceOf({}), instanceOf(crashed)],
    });
    const [died] = experimentOf("503-forever", times(1, { attempts: [{ at: 0 }] })).calls;
    const observed = { ...died, id: "the-last", instance: "crashed" } as ObservedCall;
    const setAside = [{ call: observed.id, because: "the instance ended by itself", observed }];
    const found = verdictOf(staysAlive, evidenceWith({ "503-forever": { ...experiment, setAside } }));
    assert.deepEqual(
      found.evidence.map(({ call, exchanges }) => [call, exchanges.length]),
      [["the-last", 1]],
    );
  });

  it("fails when one no longer answers", () => {
    assert.match(judged([{}, {}, { answeredAfter: false }]).because, /no longer answered/);
    assert.equal(judged([{}, {}, { answeredAfter: false }]).verdict, "fail");
  });

  it("does not mind that nobody asked, or that it was killed for ignoring SIGTERM", () => {
    assert.equal(judged([{ answeredAfter: null }, {}, { end: "killed" }]).verdict, "pass");
  });

  it("takes an instance that was never ready for no evidence", () => {
    const found = judged([{}, {}, { end: "never-ready", readyMs: null, answeredAfter: false }]);
    assert.equal(found.verdict, "inconclusive");
  });

  it("says nothing of instances to which nothing was done", () => {
    const healthy = experimentOf("healthy", calls, { instances: [instanceOf({ end: "exited" })] });
    assert.equal(verdictOf(staysAlive, evidenceWith({ healthy })).verdict, "inconclusive");
  });
});
