import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { PublishEnd } from "../broker.ts";
import { confirmed, down, failed } from "./ends.ts";
import { createSendQueue, type Sending } from "./send-queue.ts";

interface Numbered extends Sending {
  readonly n: number;
}

function scripted() {
  const state = { open: false, refuse: false, room: Number.POSITIVE_INFINITY, opened: 0 };
  const sent: number[] = [];
  const ends: string[] = [];
  const queue = createSendQueue<Numbered, object>({
    current: () => (state.open ? state : null),
    async open() {
      state.opened++;
      await Promise.resolve();
      if (state.refuse) throw new Error("refused");
      state.open = true;
    },
    notOpen: down,
    send(_session, { n, end }) {
      if (state.room === 0) return false;
      state.room--;
      sent.push(n);
      end(confirmed);
      return true;
    },
  });
  let next = 0;
  const push = (sinceMs = 0): number => {
    const n = next++;
    queue.push({ n, sinceMs, end: (end: PublishEnd) => ends.push(`${n} ${end.ok ? "ok" : end.kind}`) });
    return n;
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { state, sent, ends, queue, push, turn };
}

describe("send queue", () => {
  it("opens one session for all that wait and sends in order, whatever happens in between", async () => {
    const seen = { waited: 0, refused: 0, reopened: 0 };
    const move = fc.constantFrom("push", "push", "push", "full", "room", "lose", "refuse", "accept", "turn");
    await fc.assert(
      fc.asyncProperty(fc.array(move, { size: "max", maxLength: 40 }), async (moves) => {
        const { state, sent, ends, queue, push, turn } = scripted();
        let pushed = 0;
        const acts: Record<string, () => unknown> = {
          push: () => {
            pushed = push() + 1;
          },
          full: () => {
            state.room = 0;
          },
          room: () => {
            state.room = Number.POSITIVE_INFINITY;
            queue.pump();
          },
          lose: () => {
            state.open = false;
          },
          refuse: () => {
            state.refuse = true;
          },
          accept: () => {
            state.refuse = false;
          },
          turn,
        };
        for (const one of moves) {
          await acts[one]?.();
          seen.waited += Number(state.room === 0 && ends.length < pushed);
        }
        for (const one of ["turn", "accept", "room", "turn"]) await acts[one]?.();
        assert.equal(ends.length, pushed, "every message ends once");
        assert.deepEqual(
          sent,
          sent.toSorted((a, b) => a - b),
        );
        seen.refused += Number(ends.some((end) => end.endsWith("down")));
        seen.reopened += Number(state.opened > 1);
      }),
      { numRuns: 300 },
    );
    for (const [state, times] of Object.entries(seen)) assert.ok(times > 5, `${state} ${times}`);
  });

  it("ends what has waited for too long, and leaves the rest", async () => {
    const { state, ends, queue, push, turn } = scripted();
    state.room = 0;
    push(1);
    push(2);
    push(3);
    await turn();
    queue.expire(3, failed("down", "BROKER_UNREACHABLE", "late"));
    assert.deepEqual(ends, ["0 down", "1 down"]);
  });

  it("takes nothing once it is closed", async () => {
    const { state, ends, queue, push } = scripted();
    state.refuse = true;
    push();
    queue.close();
    push();
    assert.deepEqual(ends, ["0 down", "1 down"]);
  });
});
