import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import fc from "fast-check";
import { createPull } from "./pull.ts";

describe("pull", () => {
  it("never lets more be held and on their way than the prefetch, and never stops asking", () => {
    const seen = { asked: 0, ended: 0, refused: 0, gone: 0 };
    const move = fc.oneof(
      { weight: 5, arbitrary: fc.constant("arrive" as const) },
      { weight: 3, arbitrary: fc.constant("settle" as const) },
      fc.constant("expire" as const),
      fc.constant("refuse" as const),
      fc.constant("gone" as const),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(move, { size: "max", maxLength: 60 }),
        (prefetch, moves) => {
          const pull = createPull({ prefetch, silentMs: 5_000, clock: virtualClock() });
          let held = 0;
          // The server's own account of what it may still send.
          let open = pull.next(held);
          const acts = {
            arrive: () => {
              if (open === 0) return;
              open--;
              held++;
              pull.arrived();
            },
            settle: () => {
              held = Math.max(0, held - 1);
            },
            expire: () => {
              assert.equal(pull.status(408, "Request Timeout", String(open)), true);
              open = 0;
              seen.ended++;
            },
            refuse: () => {
              pull.status(409, "Exceeded MaxAckPending", String(open));
              open = 0;
              seen.refused++;
              assert.equal(pull.next(held), 0);
            },
            gone: () => {
              assert.equal(pull.status(409, "Consumer Deleted", undefined), false);
              seen.gone++;
            },
          };
          for (const one of moves) {
            acts[one]();
            const more = pull.next(held);
            open += more;
            seen.asked += more;
            assert.ok(held + open <= prefetch, `${held} held, ${open} on their way`);
            assert.equal(pull.asked, open);
          }
        },
      ),
    );
    for (const [state, times] of Object.entries(seen)) assert.ok(times > 20, `${state} ${times}`);
  });

  it("asks in halves of the prefetch", () => {
    const pull = createPull({ prefetch: 10, silentMs: 5_000, clock: virtualClock() });
    assert.equal(pull.next(0), 10);
    for (let n = 0; n < 4; n++) pull.arrived();
    assert.equal(pull.next(0), 0);
    pull.arrived();
    assert.equal(pull.next(0), 5);
  });

  it("asks again when nothing is heard, and waits after a refusal", async () => {
    const clock = virtualClock();
    const pull = createPull({ prefetch: 3, silentMs: 5_000, clock });
    assert.equal(pull.next(0), 3);
    await clock.advance(4_000);
    pull.status(100, "Idle Heartbeat", undefined);
    await clock.advance(5_000);
    assert.equal(pull.next(0), 0);
    await clock.advance(1);
    assert.equal(pull.next(0), 3);
    pull.status(409, "Exceeded MaxAckPending", "");
    assert.equal(pull.next(0), 0);
    await clock.advance(1_000);
    assert.equal(pull.next(0), 3);
    assert.equal(pull.status(503, "", undefined), false);
  });
});
