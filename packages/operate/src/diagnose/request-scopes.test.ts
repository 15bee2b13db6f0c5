import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { diagnosing } from "./diagnosis.ts";
import { readEntry } from "./read-entry.ts";

/** What is said of lines, one a file where a file is named, each either of a call or of none. */
function saysOf(lines: readonly (string | null)[], level = "info"): readonly string[] {
  const diagnosis = diagnosing();
  for (const [at, call] of lines.entries()) {
    const record = {
      time: 1_795_830_000_000 + at,
      level,
      msg: "step",
      ...(call === null ? {} : { trace_id: call }),
    };
    diagnosis.take(readEntry({ file: 0, service: "shop", year: 2026 }, at + 1, JSON.stringify(record)));
  }
  return diagnosis.end().findings.map(({ says }) => says);
}

const calls = (
  count: number,
  make: (call: string) => readonly (string | null)[],
): readonly (string | null)[] =>
  Array.from({ length: count }, (_, at) => make(at.toString(16).padStart(32, "a"))).flat();

describe("lines inside of a request", () => {
  it("are told where they name neither trace nor request, though nothing fails", () => {
    const [says = ""] = saysOf(calls(5, (call) => [call, null, call]));
    assert.match(says, /^5 of 10 lines inside of requests name neither/);
  });

  it("are not told where each carries its id, however many others stand between requests", () => {
    assert.deepEqual(saysOf(calls(9, (call) => [call, call, call])), []);
    assert.deepEqual(saysOf(calls(9, (call) => [null, call, call, null, null])), [], "between requests");
    assert.deepEqual(saysOf(Array(9).fill(null)), [], "a log without requests");
  });

  it("are not told where they are few, or where it may be another request that they are of", () => {
    assert.deepEqual(saysOf(calls(4, (call) => [call, null, call])), []);
    assert.deepEqual(
      saysOf([...calls(5, (call) => [call, null, call]), ...calls(40, (call) => [call, call])]),
      [],
    );
    const interleaved = Array.from({ length: 40 }, (_, at) =>
      at % 2 === 0 ? (at % 4 === 0 ? "a".repeat(32) : "b".repeat(32)) : null,
    );
    assert.deepEqual(saysOf(interleaved), []);
  });
});
