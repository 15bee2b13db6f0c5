import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FaultSpec } from "@holdfast/faults";
import type { Citation } from "../model.ts";
import { indexObservations } from "./evidence-index.ts";
import { faultText } from "./fault-text.ts";
import { observations } from "./testing/fixture.ts";
import { timelineOf } from "./timeline.ts";
import { timelineSentences } from "./timeline-words.ts";

const index = indexObservations(observations);
const cite = (call: string, exchanges: readonly string[] = []): Citation => ({
  experiment: "e",
  call,
  exchanges,
  note: "n",
});

function timeline(call: string, exchanges: readonly string[] = []) {
  const found = timelineOf(cite(call, exchanges), index);
  assert.ok(found !== null);
  return found;
}

describe("a timeline", () => {
  it("counts from the start of the call and measures gaps from the end of the attempt before", () => {
    const { attempts, answeredMs } = timeline("c-lost-1");
    assert.equal(answeredMs, 214);
    assert.deepEqual(
      attempts.map(({ number, fromMs, gapMs, fault }) => ({
        number,
        fromMs,
        gapMs: gapMs === null ? null : Math.round(gapMs),
        fault,
      })),
      [
        { number: 1, fromMs: 3, gapMs: null, fault: "lost reply (reset)" },
        { number: 2, fromMs: 207, gapMs: 201, fault: null },
      ],
    );
    assert.deepEqual(
      attempts.map((attempt) => attempt.effects.length),
      [1, 1],
    );
  });

  it("adds what arrived for the call and is not cited", () =>
    assert.equal(timeline("c-503-1", ["p-c-503-1.1.0"]).attempts.length, 48));

  it("leaves out exchanges of other operations", () => {
    const other = observations.map((record) =>
      record.type === "exchange" && record.id === "p-c-lost-1.2.0"
        ? { ...record, operation: "refund" }
        : record,
    );
    const found = timelineOf(cite("c-lost-1", ["p-c-lost-1.1.0"]), indexObservations(other));
    assert.equal(found?.attempts.length, 1);
  });

  it("keeps an attempt open until the watching ended", () => {
    const [attempt] = timeline("c-hang-1").attempts;
    assert.deepEqual([attempt?.ended, attempt?.toMs, attempt?.gaveUpMs], [false, 10_000, null]);
  });

  it("tells no gap where the attempt before was never given up", () => {
    const again = observations.map((record) =>
      record.type === "exchange" && record.id === "p-c-late-1.1.0"
        ? { ...record, consumerClosed: null, end: "open" as const }
        : record,
    );
    const found = timelineOf(cite("c-late-1"), indexObservations(again));
    assert.equal(found?.attempts[1]?.gapMs, 1_204 - 2_200);
    assert.match(
      timelineSentences(found ?? timeline("c-late-1"))[1] ?? "",
      /996 ms before the one before it had ended/,
    );
  });

  it("knows when the consumer gave up, and what came late", () => {
    const [first, second] = timeline("c-late-1").attempts;
    assert.equal(first?.gaveUpMs, 802);
    assert.deepEqual([first?.late, second?.late], [false, true]);
    assert.equal(second?.effects[0]?.deduplicated, true);
  });

  it("marks no fault that was chosen and never took hold", () => {
    const chosen = observations.map((record) =>
      record.type === "exchange" ? { ...record, firedMs: null } : record,
    );
    const found = timelineOf(cite("c-503-1"), indexObservations(chosen));
    assert.equal(found?.attempts[0]?.fault, null);
  });

  it("is missing when the call is not among the observations", () =>
    assert.equal(timelineOf(cite("nobody"), index), null));

  it("tells of many attempts the first three and the last", () => {
    const sentences = timelineSentences(timeline("c-503-1"));
    assert.equal(sentences.length, 6);
    assert.match(sentences[3] ?? "", /44 more attempts/);
    assert.match(sentences[5] ?? "", /no answer after 10 s of watching/);
  });
});

describe("faultText", () => {
  const cases: readonly (readonly [FaultSpec, string])[] = [
    [{ kind: "status", status: 503 }, "503"],
    [{ kind: "status", status: 429, retryAfter: 2 }, "429 with Retry-After 2 s"],
    [{ kind: "status", status: 429, retryAfter: "soon" }, "429 with Retry-After soon"],
    [
      { kind: "status", status: 429, retryAfter: { dateInMs: 4_000 } },
      "429 with Retry-After a date 4 s ahead",
    ],
    [{ kind: "status", status: 429, headers: { "Retry-After": "2" } }, "429 with Retry-After 2 s"],
    [{ kind: "lost-reply", how: "reset" }, "lost reply (reset)"],
    [{ kind: "lost-reply", how: "status", status: 504 }, "lost reply (504)"],
    [{ kind: "hang" }, "hang"],
  ];
  for (const [spec, text] of cases)
    it(`tells ${JSON.stringify(spec)} as ${text}`, () => assert.equal(faultText(spec), text));
});
