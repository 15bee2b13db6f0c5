import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type JitterKind, jitterKinds, waitBounds } from "@holdfast/core";
import { noteOf } from "../testing/note-of.ts";
import { factorWithoutEffect as rule } from "./factor-without-effect.ts";

const noteFor = (jitter: JitterKind, factor = 3, attempts = 3) =>
  noteOf(rule, { retry: { attempts, backoff: { jitter, factor } } });

describe("factor-without-effect", () => {
  it("finds a factor that the jitter does not know, and says how that grows", () => {
    const note = noteFor("decorrelated");
    assert.deepEqual(note?.path, ["retry", "backoff", "factor"]);
    assert.match(note?.message ?? "", /factor of 3 has no effect: jitter decorrelated draws .* three times/);
    assert.match(noteFor("polly-v2", 1.5)?.message ?? "", /factor of 1\.5 .* polly-v2 doubles by itself/);
  });

  it("finds it exactly where waits are the same with any factor", () => {
    for (const jitter of jitterKinds) {
      const [one, other] = [3, 9].map((factor) => waitBounds({ baseMs: 10, factor, capMs: 1e9, jitter }, 1));
      const isDeaf = JSON.stringify(one) === JSON.stringify(other);
      assert.equal(noteFor(jitter) !== null, isDeaf, jitter);
    }
  });

  it("has nothing to say where none is declared, where nothing grows, or of what is true anyway", () => {
    assert.equal(noteOf(rule, { retry: { attempts: 3, backoff: { jitter: "polly-v2" } } }), null);
    assert.equal(noteFor("decorrelated", 3, 2), null);
    assert.equal(noteFor("polly-v2", 2), null);
    assert.notEqual(noteFor("decorrelated", 2), null);
    assert.equal(noteOf(rule, {}), null);
  });
});
