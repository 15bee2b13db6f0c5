import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connectWatch } from "./connect-watch.ts";

const head =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const line = (local: string, remote: string, state: string, inode: number) =>
  `   1: ${local} ${remote} ${state} 00000001:00000000 01:00000064 00000001     0        0 ${inode} 2 0000 1000 0 0 10 -1`;
const port = 0xa327;
const ours = line("0200007F:E39C", "0100007F:A327", "02", 9);
const first = line("0100007F:E39C", "0100007F:A327", "02", 7);
const mapped = line(
  "0000000000000000FFFF00000100007F:E3A6",
  "0000000000000000FFFF00000100007F:A327",
  "02",
  8,
);

function seenIn(...looks: readonly (readonly string[] | null)[]) {
  const watch = connectWatch({ port, selfAddress: "127.0.0.2" });
  for (const [index, lines] of looks.entries()) {
    watch.look(lines === null ? null : [head, ...lines].join("\n"), index * 50);
  }
  return watch.seen();
}

describe("the watch on attempts to connect", () => {
  it("tells when each began and was given up", () => {
    assert.deepEqual(seenIn([], [first], [first, mapped], [mapped], [mapped]), {
      counted: true,
      connects: [
        { beganMs: 50, endedMs: 125 },
        { beganMs: 100, endedMs: null },
      ],
    });
  });

  it("leaves out our own, other ports, and whatever is connected or listens", () => {
    const others = [
      ours,
      line("0100007F:E39C", "0100007F:A328", "02", 1),
      line("0100007F:E39C", "0100007F:A327", "01", 2),
      line("0100007F:A327", "00000000:0000", "0A", 3),
    ];
    assert.deepEqual(seenIn(others, others), { counted: true, connects: [] });
  });

  it("says when there is nothing to look at", () => {
    assert.equal(seenIn([], null).counted, false);
  });
});
