import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { StoredRun } from "../../packages/verify/src/index.ts";
import { recordingOf } from "./run-recording.ts";
import { standingOf } from "./runs-page.ts";
import { envoyLog, nginxLog } from "./sources.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const zeroMs = Date.UTC(2026, 10, 28, 9, 0, 0);
const dated = ["date", "Sat, 28 Nov 2026 09:00:01 GMT"] as const;

/** An exchange as a run keeps it, which began after 1 100 ms. */
function exchange(facts: Record<string, unknown>): object {
  return {
    type: "exchange",
    id: "i1-payments.1.0",
    integration: "payments",
    armedCall: "c1",
    arrivedMs: 1_100,
    request: {
      method: "POST",
      target: "/v1/charges",
      headers: [["traceparent", `00-${trace}-00f067aa0ba902b7-01`]],
      mentions: ["c1"],
    },
    fault: null,
    faultCompleteMs: null,
    provider: { status: 201, doneMs: 1_000 },
    response: null,
    consumerClosed: null,
    end: "complete",
    ...facts,
  };
}

const response = (firstByteMs: number, completeMs: number | null) => ({
  status: 201,
  headers: [dated],
  firstByteMs,
  completeMs,
});
const whole = exchange({ response: response(1_000, 1_120) });
const call = {
  type: "call",
  id: "c1",
  experiment: "order/gate",
  startedMs: 1_090,
  endedMs: 1_130,
  watchedUntilMs: 1_200,
  outcome: "succeeded",
  status: 201,
  traceId: trace,
};

function recorded(...observations: object[]) {
  const run = { seed: 1 } as StoredRun["run"];
  const all = observations as unknown as StoredRun["observations"];
  return recordingOf({ folder: "/nowhere", run, observations: all }, "shop", () => "POST /orders/${call.id}");
}

describe("a run as traffic", () => {
  it("has the times of day that its answers are dated by", () => {
    const { exchanges, calls } = recorded(whole, call);

    assert.deepEqual([exchanges[0]?.startMs, exchanges[0]?.endMs], [zeroMs + 1_100, zeroMs + 1_120]);
    assert.equal(calls[0]?.request, "POST /orders/c1");
    assert.equal(calls[0]?.traceparent?.slice(3, 35), trace);
  });

  for (const [what, facts, end, nginx, envoy] of [
    [
      "a silence that was given up",
      { consumerClosed: { atMs: 1_600, how: "fin" }, end: "consumer-closed" },
      "given-up",
      499,
      "DC",
    ],
    [
      "an answer after its consumer had gone",
      { response: response(1_700, 1_710), consumerClosed: { atMs: 1_600, how: "fin" } },
      "given-up",
      499,
      "DC",
    ],
    [
      "an answer that was left in its middle",
      {
        response: response(1_200, null),
        consumerClosed: { atMs: 1_600, how: "fin" },
        end: "consumer-closed",
      },
      "left",
      201,
      "DC",
    ],
    [
      "an answer that broke off",
      { response: response(1_200, null), faultCompleteMs: 1_300, end: "fault-closed" },
      "cut",
      201,
      "UC",
    ],
    [
      "a reset",
      { fault: { spec: { kind: "reset" } }, faultCompleteMs: 1_300, end: "fault-closed" },
      "reset",
      444,
      "UR",
    ],
  ] as const) {
    it(`shows ${what} as proxies do`, () => {
      const recording = recorded(whole, exchange({ id: "i1-payments.2.0", ...facts }));

      assert.equal(recording.exchanges[1]?.end, end);
      assert.match(nginxLog(recording).split("\n")[1] ?? "", new RegExp(`HTTP/1.1" ${nginx} "payments"`));
      assert.match(envoyLog(recording).split("\n")[1] ?? "", new RegExp(`"response_flags":"${envoy}"`));
    });
  }

  it("leaves out what was still open in the end", () => {
    assert.equal(recorded(whole, exchange({ id: "i1-payments.2.0", end: "open" })).exchanges.length, 1);
  });

  it("holds the service's own lines, in the order of their times", (t) => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-run-"));
    t.after(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, "logs"));
    writeFileSync(join(folder, "logs", "b.log"), '2000.0 i1 stdout {"event":"late"}\n');
    writeFileSync(join(folder, "logs", "a.log"), "1500.5 i1 stderr not json\n");
    const run = { seed: 1 } as StoredRun["run"];
    const observations = [whole] as unknown as StoredRun["observations"];

    const { log } = recordingOf({ folder, run, observations }, "shop", () => null);

    assert.deepEqual(log, [
      "2026-11-28T09:00:01.501Z not json",
      '{"time":"2026-11-28T09:00:02.000Z","event":"late"}',
    ]);
  });
});

describe("a verdict of traffic beside that of its run", () => {
  for (const [check, passive, active, standing] of [
    ["bounded", "pass", "pass", "agrees"],
    ["bounded", "pass", "fail", "disagrees"],
    ["bounded", "advice", "fail", "disagrees"],
    ["bounded", "pass", "inconclusive", "alone"],
    ["bounded", "inconclusive", "fail", "open"],
    ["no-secrets-in-logs", "advice", "fail", "agrees"],
    ["no-secrets-in-logs", "advice", "pass", "disagrees"],
  ] as const) {
    it(`${standing}: ${check} ${passive} beside ${active}`, () => {
      assert.equal(standingOf({ check, passive, active }), standing);
    });
  }
});
