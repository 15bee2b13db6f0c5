import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCodedError } from "@holdfast/core";
import fc from "fast-check";
import { outcomeFailure, outcomeSuccess } from "./breaker-settings.ts";
import { type BreakerSnapshot, readSnapshot } from "./breaker-snapshot.ts";
import { benchBreaker } from "./testing/bench-breaker.ts";

const wallMs = 1_767_225_600_000;
const stored = (snapshot: BreakerSnapshot): unknown => JSON.parse(JSON.stringify(snapshot));

describe("a breaker in another mode", () => {
  it("lets everything pass in shadow, and tells what it would have done", () => {
    const { breaker, start, call, breakDown, told } = benchBreaker({ mode: "shadow", probes: 1 });
    breakDown(0);
    assert.deepEqual([breaker.state(0), breaker.peek(0), breaker.retryAfterMs(0)], ["open", true, 0]);
    call(10, outcomeSuccess); // Would have been rejected, so it proves nothing.
    assert.equal(breaker.state(10), "open");
    const [probe, beside] = [start(1_000), start(1_000)];
    assert.deepEqual([probe?.probe, beside?.probe], [true, false]);
    breaker.force("open", 1_001);
    assert.ok(start(1_001));
    assert.deepEqual(told, [
      "closed → open @ 0",
      "open → half-open @ 1000",
      "half-open → forced-open @ 1001",
    ]);
  });

  it("does nothing when it is off", () => {
    const { breaker, call, told } = benchBreaker({ mode: "off", consecutive: 1 });
    for (let at = 0; at < 10; at++) call(at, outcomeFailure);
    breaker.force("open", 10);
    assert.deepEqual([breaker.state(10), breaker.peek(10), breaker.retryAfterMs(10)], ["disabled", true, 0]);
    assert.deepEqual(told, []);
  });
});

describe("a decision by hand", () => {
  it("keeps it open until further notice", () => {
    const { breaker, start, call, told } = benchBreaker();
    const flight = start(0);
    breaker.force("open", 1);
    breaker.force("open", 2);
    assert.equal(start(1e9), null);
    assert.equal(breaker.retryAfterMs(1e9), Number.POSITIVE_INFINITY);
    assert.ok(flight);
    breaker.settle(flight, 1e9, outcomeSuccess);
    assert.equal(breaker.state(1e9), "forced-open");
    breaker.force(null, 1e9);
    call(1e9, outcomeSuccess);
    assert.deepEqual(told, ["closed → forced-open @ 1", "forced-open → closed @ 1000000000"]);
  });

  it("comes after what was due before it", () => {
    const { breaker, breakDown, told } = benchBreaker();
    breakDown(0);
    breaker.force("open", 5_000);
    assert.deepEqual(told.slice(1), ["open → half-open @ 5000", "half-open → forced-open @ 5000"]);
  });

  it("keeps it from opening, without a memory of what happened meanwhile", () => {
    const { breaker, call, told } = benchBreaker({ consecutive: 4 });
    breaker.force("disabled", 0);
    for (let at = 0; at < 10; at++) call(at, outcomeFailure);
    assert.deepEqual([breaker.state(10), breaker.peek(10), breaker.retryAfterMs(10)], ["disabled", true, 0]);
    breaker.force(null, 10);
    for (let at = 0; at < 3; at++) call(10, outcomeFailure);
    assert.deepEqual(told, ["closed → disabled @ 0", "disabled → closed @ 10"]);
  });

  it("closes it at once, with the next opening as short as the first", () => {
    const { breaker, call, breakDown, told } = benchBreaker({ probes: 1 });
    breakDown(0);
    call(1_000, outcomeFailure);
    breaker.force("closed", 1_500);
    breakDown(1_500);
    assert.equal(breaker.retryAfterMs(1_500), 1_000);
    assert.equal(told.at(-2), "open → closed @ 1500");
  });

  it("forgets what was counted when it closes what was closed, and takes back nothing where nothing was decided", () => {
    const { breaker, call, told, breakDown } = benchBreaker();
    for (let at = 0; at < 3; at++) call(at, outcomeFailure);
    breaker.force("closed", 3);
    call(3, outcomeFailure);
    assert.deepEqual(told, []);
    breakDown(3);
    breaker.force(null, 4);
    assert.equal(breaker.state(4), "open");
  });
});

describe("a snapshot", () => {
  it("brings an opening through a restart: it ends when it would have ended", () => {
    const before = benchBreaker();
    before.breakDown(70_000);
    const saved = stored(before.breaker.snapshot(wallMs + 300, 70_300));
    const after = benchBreaker();
    after.breaker.restore(saved, wallMs + 600, 5);

    assert.equal(after.breaker.retryAfterMs(5), 400);
    assert.deepEqual(after.told, ["closed → open @ 5"]);
    assert.deepEqual(stored(after.breaker.snapshot(wallMs + 600, 5)), saved);
    after.breaker.restore(saved, wallMs + 5_000, 10);
    assert.equal(after.breaker.state(10), "half-open");
  });

  it("of a healthy breaker says no more than that", () => {
    assert.deepEqual(benchBreaker().breaker.snapshot(wallMs, 0), {
      kind: "holdfast/breaker",
      version: 1,
      state: "closed",
      openings: 0,
      open: null,
    });
  });

  it("brings how often it has opened in a row", () => {
    const before = benchBreaker({ probes: 1 });
    before.breakDown(0);
    before.call(1_000, outcomeFailure);
    const after = benchBreaker({ probes: 1 });
    after.breaker.restore(stored(before.breaker.snapshot(wallMs, 3_000)), wallMs, 0);
    assert.equal(after.breaker.state(0), "half-open");
    after.call(0, outcomeFailure);
    assert.equal(after.breaker.retryAfterMs(0), 4_000);
  });

  it("makes no opening longer, whether the wall clock was set back or the cap has become smaller", () => {
    const before = benchBreaker();
    before.breakDown(0);
    const saved = stored(before.breaker.snapshot(wallMs, 0));
    const early = benchBreaker();
    early.breaker.restore(saved, wallMs - 3_600_000, 0);
    assert.equal(early.breaker.retryAfterMs(0), 1_000);
    const capped = benchBreaker({ openCapMs: 700 });
    capped.breaker.restore(saved, wallMs + 100, 0);
    assert.equal(capped.breaker.retryAfterMs(0), 600);
  });

  it("brings what was decided by hand, but not that a breaker was off", () => {
    const forced = benchBreaker();
    forced.breaker.force("open", 0);
    const off = benchBreaker({ mode: "off" });
    const heir = benchBreaker();
    heir.breaker.restore(stored(forced.breaker.snapshot(wallMs, 0)), wallMs, 0);
    assert.equal(heir.breaker.state(0), "forced-open");
    off.breaker.restore(stored(forced.breaker.snapshot(wallMs, 0)), wallMs, 0);
    assert.equal(off.breaker.state(0), "disabled");
    heir.breaker.restore(stored(off.breaker.snapshot(wallMs, 0)), wallMs, 0);
    assert.equal(heir.breaker.state(0), "closed");
  });

  it("of a closed breaker closes another and forgets its counts", () => {
    const other = benchBreaker();
    other.breakDown(0);
    other.breaker.restore(stored(benchBreaker().breaker.snapshot(wallMs, 0)), wallMs, 1);
    assert.equal(other.breaker.state(1), "closed");
    other.breakDown(1);
    assert.equal(other.breaker.retryAfterMs(1), 1_000);
  });

  const good = {
    kind: "holdfast/breaker",
    version: 1,
    state: "open",
    openings: 1,
    open: { sinceWallMs: wallMs, forMs: 1_000 },
  };
  it("is taken with what the future may add to it", () => {
    assert.deepEqual(readSnapshot({ ...good, note: "x" }), good);
    assert.ok(readSnapshot({ ...good, openings: 0, open: { sinceWallMs: -1, forMs: 0 } }));
  });

  for (const [why, value] of [
    ["nothing", null],
    ["a text", "open"],
    ["another kind", { ...good, kind: "opossum" }],
    ["another version", { ...good, version: 2 }],
    ["a state that is none", { ...good, state: "ajar" }],
    ["a state that is none, without an opening", { ...good, state: "ajar", open: null }],
    ["no openings", { ...good, openings: undefined }],
    ["openings below nothing", { ...good, openings: -1 }],
    ["openings and a half", { ...good, openings: 1.5 }],
    ["an opening in a closed state", { ...good, state: "closed" }],
    ["an open state without an opening", { ...good, open: null }],
    ["an opening that is none", { ...good, open: 3 }],
    ["an opening without a start", { ...good, open: { forMs: 1 } }],
    ["an opening without an end", { ...good, open: { sinceWallMs: 1 } }],
    ["an opening for ever", { ...good, open: { sinceWallMs: 1, forMs: Number.POSITIVE_INFINITY } }],
    ["an opening for less than nothing", { ...good, open: { sinceWallMs: 1, forMs: -1 } }],
    ["an opening for no number", { ...good, open: { sinceWallMs: 1, forMs: Number.NaN } }],
    ["an opening for a text", { ...good, open: { sinceWallMs: 1, forMs: "1000" } }],
  ] as const) {
    it(`is refused for ${why}`, () => {
      const { breaker, told } = benchBreaker();
      const isRefusal = (error: unknown): boolean =>
        isCodedError(error) &&
        error.code === "BREAKER_SNAPSHOT_REFUSED" &&
        typeof error.details["why"] === "string";
      assert.throws(() => breaker.restore(value, wallMs, 0), isRefusal);
      assert.deepEqual([breaker.state(0), told], ["closed", []]);
    });
  }

  const almostGood = fc.record({
    kind: fc.constant(good.kind),
    version: fc.constant(good.version),
    state: fc.oneof(fc.constant("open"), fc.anything()),
    openings: fc.oneof(fc.constant(1), fc.anything()),
    open: fc.oneof(fc.anything(), fc.record({ sinceWallMs: fc.anything(), forMs: fc.anything() })),
  });
  it("is refused with a code, or taken, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), almostGood), (value) => {
        try {
          readSnapshot(value);
        } catch (error) {
          assert.ok(isCodedError(error));
        }
      }),
    );
  });
});
