import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { columnsOf } from "@holdfast/core";
import { isWorthALine, progressLine, progressLines } from "./progress.ts";
import type { ProgressEvent } from "./progress-event.ts";
import { createProgressWriter } from "./progress-writer.ts";

const event: ProgressEvent = {
  phase: "run",
  elapsedMs: 21_300,
  expectedMs: 48_000,
  experimentsDone: 4,
  experimentsTotal: 9,
  samplesDone: 41,
  samplesTotal: 96,
  findings: 3,
  note: "place-order/payments.charge/503-forever",
};
const plain = { color: false, columns: 80, unicode: true };

describe("progress", () => {
  it("tells phase, counts, bar, times and what is going on", () => {
    assert.deepEqual(progressLines(event, plain), [
      "Running experiments · 4 of 9 experiments · 41 of 96 samples · 3 findings",
      `${"━".repeat(18)}${"╌".repeat(22)}  21 s of about 48 s`,
      "place-order/payments.charge/503-forever",
    ]);
  });

  it("fits the terminal, in colour too", () => {
    for (const columns of [40, 80])
      for (const line of progressLines(
        { ...event, note: "x".repeat(200) },
        { ...plain, columns, color: true },
      ))
        assert.ok(columnsOf(line.replace(/\p{Cc}\[\d+m/gu, "")) <= columns, line);
  });

  it("says when it takes longer than expected, and fills the bar only at the end", () => {
    const late = { ...event, elapsedMs: 60_000 };
    assert.match(progressLines(late, plain)[1] ?? "", /╌ {2}1 min, expected 48 s$/);
    assert.doesNotMatch(progressLines({ ...late, phase: "done" }, plain)[1] ?? "", /╌/);
  });

  it("promises no duration that nobody knows", () => {
    assert.equal(
      progressLine({
        phase: "gate",
        elapsedMs: 900,
        expectedMs: 0,
        experimentsDone: 0,
        experimentsTotal: 0,
        samplesDone: 0,
        samplesTotal: 0,
      }),
      "[1 s] Proving that the scenarios work without a fault",
    );
  });

  it("lets nobody send commands to the terminal", () => {
    assert.doesNotMatch(progressLines({ ...event, note: "\u001B[2J" }, plain).join(""), /\p{Cc}/u);
  });
});

describe("plain progress", () => {
  it("adds a line for a new phase, another tenth, or ten seconds", () => {
    assert.ok(isWorthALine(null, event));
    assert.ok(!isWorthALine(event, { ...event, elapsedMs: 22_000, samplesDone: 42 }));
    assert.ok(isWorthALine(event, { ...event, samplesDone: 50 }));
    assert.ok(isWorthALine(event, { ...event, elapsedMs: 31_300 }));
    assert.ok(isWorthALine(event, { ...event, phase: "judge" }));
  });

  it("writes each of them once, whole", () => {
    const written: string[] = [];
    const writer = createProgressWriter({ ...plain, live: false, write: (text) => written.push(text) });
    writer.show(event);
    writer.show({ ...event, elapsedMs: 21_400 });
    writer.clear();
    assert.equal(written.length, 1);
    assert.match(written[0] ?? "", /^\[21 s of about 48 s\] .*\n$/);
  });
});

describe("live progress", () => {
  it("rewrites its own lines, not too often, and takes them away", () => {
    const written: string[] = [];
    const writer = createProgressWriter({ ...plain, live: true, write: (text) => written.push(text) });
    writer.show(event);
    writer.show({ ...event, elapsedMs: event.elapsedMs + 50 });
    writer.show({ ...event, elapsedMs: event.elapsedMs + 150 });
    writer.clear();
    writer.clear();
    assert.equal(written.length, 4);
    assert.ok(!written[0]?.startsWith("\u001B["));
    assert.ok(written[1]?.startsWith("\u001B[3A\u001B[0J"));
    assert.equal(written[2], "\u001B[3A\u001B[0J");
    assert.equal(written[3], "");
  });
});
