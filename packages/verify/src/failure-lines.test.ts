import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failureLines, usualSignatures } from "./failure-lines.ts";
import { callOf, times } from "./testing/evidence.ts";

const healthy = (excerpts: readonly (readonly string[])[]) =>
  excerpts.map((excerpt) => callOf({ attempts: [{ at: 1 }], log: { lines: 1, excerpt } }, "healthy"));
const failing = (...excerpt: string[]) => callOf({ log: { lines: 1, excerpt } }, "503-forever");
const line = (text: string) => ({ line: text, signature: text });

describe("lines of failures", () => {
  it("are those that healthy calls do not leave", () => {
    const linesOf = failureLines(healthy([["order 1 received"], ["order 2 received"]]));
    assert.deepEqual(
      linesOf(failing("order 3 received", "charge failed")).map((one) => one.line),
      ["charge failed"],
    );
  });

  it("are not lost to one healthy call that had a hiccup", () => {
    const calls = healthy([...times(9, {}).map(() => ["order paid"]), ["order paid", "charge failed"]]);
    assert.equal(failureLines(calls)(failing("charge failed")).length, 1);
    const retried = callOf(
      { attempts: [{ at: 1 }, { at: 2 }], log: { lines: 1, excerpt: ["charge failed"] } },
      "healthy",
    );
    assert.equal(failureLines([...healthy([["order paid"]]), retried])(failing("charge failed")).length, 1);
  });

  it("are usual where half of the calls left them", () => {
    const found = usualSignatures([[line("a"), line("b")], [line("a"), line("a")], [line("c")], [line("c")]]);
    assert.deepEqual([...found], ["a", "c"]);
  });
});
