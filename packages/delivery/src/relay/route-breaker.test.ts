import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backoffOf, seededRandom } from "@holdfast/core";
import fc from "fast-check";
import {
  allowance,
  closedRoute,
  type RouteBreaker,
  type RouteVerdict,
  routeEnded,
  sent,
} from "./route-breaker.ts";

const backoff = backoffOf({ baseMs: 250, factor: 2, capMs: 30_000, jitter: "equal" });
const ending = (generation: number, nowMs: number) => ({
  generation,
  nowMs,
  backoff,
  random: seededRandom(3),
});

/** A breaker, and the generations of the messages that are under way. */
class Model {
  state: RouteBreaker = closedRoute;
  nowMs = 0;
  readonly #underWay: number[] = [];

  send(): void {
    if (allowance(this.state, this.nowMs) < 1) return;
    const closed = this.state.phase === "closed";
    this.state = sent(this.state);
    assert.ok(closed || this.state.phase === "trial");
    this.#underWay.push(this.state.generation);
  }

  end(verdict: RouteVerdict, which: number): void {
    const [generation] = this.#underWay.splice(which % Math.max(1, this.#underWay.length), 1);
    if (generation === undefined) return;
    const before = this.state;
    this.state = routeEnded(before, verdict, ending(generation, this.nowMs));
    if (generation !== before.generation) assert.equal(this.state, before, "an earlier one has no say");
    if (this.state.phase !== "open" || before.phase === "open") return;
    assert.ok(this.state.untilMs > this.nowMs && this.state.untilMs <= this.nowMs + 30_000);
  }

  check(): void {
    if (this.state.phase !== "trial") return;
    const { underWay, window, generation } = this.state;
    assert.ok(underWay >= 0 && underWay <= window);
    assert.equal(this.#underWay.filter((one) => one === generation).length, underWay);
  }
}

describe("the breaker of a route", () => {
  it("gives one pause for an outage in which hundreds fail together", () => {
    let state: RouteBreaker = closedRoute;
    const generations = Array.from({ length: 500 }, () => {
      state = sent(state);
      return state.generation;
    });
    for (const generation of generations) state = routeEnded(state, "failed", ending(generation, 100));
    assert.equal(state.phase, "open");
    assert.ok(state.phase === "open" && state.pauses === 1 && state.untilMs <= 350);
  });

  it("lets one out of a pause, and one more with every confirm", () => {
    let state: RouteBreaker = routeEnded(closedRoute, "failed", ending(0, 0));
    assert.equal(allowance(state, 0), 0);
    assert.equal(allowance(state, 250), 1);
    state = sent(state);
    assert.equal(allowance(state, 250), 0);
    state = routeEnded(state, "worked", ending(state.generation, 260));
    assert.equal(allowance(state, 260), 2);
  });

  it("keeps its promises through every sequence of sends and verdicts", () => {
    const reached = new Set<string>();
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant({ act: "send" as const }) },
      {
        weight: 5,
        arbitrary: fc.record({
          act: fc.constant("end" as const),
          verdict: fc.constantFrom(...(["worked", "worked", "worked", "failed", "unsaid"] as const)),
          which: fc.nat(20),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ act: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 600, size: "max" }), (list) => {
        const model = new Model();
        for (const one of list) {
          reached.add(model.state.phase);
          if (one.act === "wait") model.nowMs += one.ms;
          else if (one.act === "send") model.send();
          else model.end(one.verdict, one.which);
          model.check();
        }
      }),
      { numRuns: 300, seed: 5 },
    );
    assert.deepEqual([...reached].sort(), ["closed", "open", "trial"]);
  });

  it("is closed again after enough confirms", () => {
    let state: RouteBreaker = routeEnded(closedRoute, "failed", ending(0, 0));
    for (let confirms = 0; state.phase !== "closed"; confirms++) {
      assert.ok(confirms < 100);
      state = sent(state);
      state = routeEnded(state, "worked", ending(state.generation, 1_000));
    }
    assert.equal(allowance(state, 0), Number.POSITIVE_INFINITY);
  });
});
