import assert from "node:assert/strict";
import { it } from "node:test";
import { chunkedStart, readChunked } from "./chunked-state.ts";

/** Reads a body byte by byte and whole, which must come to the same. */
function read(body: string): { phase: string; payload: string; used: number } {
  const bytes = Buffer.from(body, "latin1");
  const outcomes = [bytes.length, 1].map((size) => {
    const state = chunkedStart();
    let payload = "";
    let used = 0;
    for (let at = 0; at < bytes.length && state.phase !== "done" && state.phase !== "unsure"; at += size) {
      used =
        at +
        readChunked(state, bytes.subarray(at, at + size), 0, (data) => {
          payload += data.toString("latin1");
        });
    }
    return { phase: state.phase, payload, used };
  });
  assert.equal(outcomes[0]?.phase, outcomes[1]?.phase);
  if (outcomes[0]?.phase === "done") assert.deepEqual(outcomes[0], outcomes[1]);
  return outcomes[0] as { phase: string; payload: string; used: number };
}

it("reads chunks with extensions and trailers, and stops behind the last byte", () => {
  const body = '3\r\nabc\r\n0A;x="a b";y=1\r\n0123456789\r\n000;z\r\nX-Sum: 1\r\n\r\n';

  assert.deepEqual(read(`${body}GET /`), { phase: "done", payload: "abc0123456789", used: body.length });
});

for (const [why, body] of [
  ["a size that is no number", "x\r\n"],
  ["an empty size", "\r\n"],
  ["a size with a blank", "3 \r\nabc\r\n"],
  ["a size beyond reason", "FFFFFFFFFFFFFFFF\r\n"],
  ["data longer than its size", "3\r\nabcd\r\n"],
  ["a bare line feed after the size", "3\nabc\r\n"],
  ["a bare line feed after the data", "3\r\nabc\n"],
  ["an extension that is none", "3; =\r\nabc\r\n"],
  ["a size line without end", `3;${"x".repeat(2000)}`],
  ["trailers without end", `0\r\n${"X: y\r\n".repeat(2000)}`],
  ["trailers that speak of framing", "0\r\nContent-Length: 3\r\n\r\n"],
  ["extensions without end", `1;${"e".repeat(900)}\r\na\r\n`.repeat(12)],
] as const) {
  it(`does not trust ${why}`, () => assert.equal(read(body).phase, "unsure"));
}
