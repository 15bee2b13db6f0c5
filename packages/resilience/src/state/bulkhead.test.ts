import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Bulkhead, type Waiter } from "./bulkhead.ts";
import { type BulkheadEvent, type BulkheadState, bulkheadModel } from "./testing/bulkhead-model.ts";

interface Call extends Waiter {
  readonly who: number;
}

function call(who = 0): Call {
  return { who, waiterBefore: null, waiterAfter: null, waitsIn: null };
}

/** Calls enter, end and give up; the numbers choose among those of whom it can be true. */
const steps = fc.array(
  fc.record({
    do: fc.constantFrom("enter", "enter", "enter", "leave", "leave", "remove", "remove anyone"),
    which: fc.nat(30),
  }),
  { maxLength: 120, size: "max" },
);

function eventOf(
  step: { readonly do: string; readonly which: number },
  { active, queue }: BulkheadState,
  next: number,
): BulkheadEvent | null {
  const pick = (from: readonly number[]): number | undefined => from[step.which % from.length];
  if (step.do === "enter") return { do: "enter", who: next };
  const who = step.do === "leave" ? pick(active) : step.do === "remove" ? pick(queue) : step.which % next;
  if (who === undefined || Number.isNaN(who)) return null;
  return { do: step.do === "leave" ? "leave" : "remove", who };
}

function play(bulkhead: Bulkhead<Call>, calls: Map<number, Call>, event: BulkheadEvent): unknown {
  if (event.do === "leave") return bulkhead.leave()?.who ?? null;
  const waiter = calls.get(event.who) ?? call(event.who);
  calls.set(event.who, waiter);
  return event.do === "enter" ? bulkhead.enter(waiter) : bulkhead.remove(waiter);
}

describe("Bulkhead", () => {
  it("serves in order of arrival what two arrays would, whoever gives up", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 5 }),
        steps,
        (concurrent, queue, steps) => {
          const bulkhead = new Bulkhead<Call>(concurrent, queue);
          const calls = new Map<number, Call>();
          let state: BulkheadState = { active: [], queue: [] };
          for (const step of steps) {
            const event = eventOf(step, state, calls.size);
            if (event === null) continue;
            const expected = bulkheadModel(state, event, { concurrent, queue });
            seen.add(whatHappened(event, expected.answer, state));

            assert.deepEqual(play(bulkhead, calls, event), expected.answer);

            state = expected.state;
            assert.equal(bulkhead.active, state.active.length);
            assert.equal(bulkhead.waiting, state.queue.length);
          }
        },
      ),
      { numRuns: 400 },
    );
    assert.deepEqual([...seen].sort(), [
      "ended, nobody waited",
      "entered",
      "full",
      "handed over",
      "queued",
      "removed from the end",
      "removed from the front",
      "removed from the middle",
      "removed the only one",
      "was not waiting",
    ]);
  });

  it("hands the place over, so that a newcomer cannot take it from one who waits", () => {
    const bulkhead = new Bulkhead<Call>(1, 1);
    const [first, waiting, newcomer] = [call(1), call(2), call(3)];
    assert.equal(bulkhead.enter(first), "entered");
    assert.equal(bulkhead.enter(waiting), "queued");

    assert.equal(bulkhead.leave(), waiting);
    assert.equal(bulkhead.enter(newcomer), "queued");
    assert.equal(bulkhead.active, 1);
  });

  it("lets go of a call that gave up, and does not take one out that waits elsewhere", () => {
    const [here, there] = [new Bulkhead<Call>(1, 2), new Bulkhead<Call>(1, 2)];
    const waiter = call();
    for (const bulkhead of [here, there]) bulkhead.enter(call());
    here.enter(call());
    here.enter(waiter);

    assert.equal(there.remove(waiter), false);
    assert.equal(here.remove(waiter), true);
    assert.deepEqual(waiter, call());
    assert.equal(here.enter(waiter), "queued");
  });

  it("takes one back who gave up before others, behind them and with nobody after it", () => {
    const bulkhead = new Bulkhead<Call>(1, 3);
    const [restless, patient] = [call(1), call(2)];
    bulkhead.enter(call());
    bulkhead.enter(restless);
    bulkhead.enter(patient);
    assert.equal(bulkhead.remove(restless), true);
    assert.deepEqual(restless, call(1));
    bulkhead.enter(restless);

    assert.deepEqual([bulkhead.leave(), bulkhead.leave(), bulkhead.leave()], [patient, restless, null]);
  });
});

function whatHappened(event: BulkheadEvent, answer: unknown, { queue }: BulkheadState): string {
  if (event.do === "enter") return String(answer);
  if (event.do === "leave") return answer === null ? "ended, nobody waited" : "handed over";
  if (answer === false) return "was not waiting";
  if (queue.length === 1) return "removed the only one";
  if (queue[0] === event.who) return "removed from the front";
  return queue.at(-1) === event.who ? "removed from the end" : "removed from the middle";
}
