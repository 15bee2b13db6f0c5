import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { mayGoBack, type SagaPlan, type StepPlan } from "./plan.ts";
import {
  directionOf,
  type Happening,
  initialState,
  isCalling,
  isOver,
  type Mark,
  nextState,
  type SagaState,
  takesReply,
} from "./saga-state.ts";

const step: StepPlan = { kind: "step", undoable: true, attemptsMax: 3, stuckAfter: 4, otherwise: null };
const retriable: StepPlan = { ...step, undoable: false, attemptsMax: Number.POSITIVE_INFINITY };
const pivot: StepPlan = { ...retriable, kind: "pivot" };
const wait: StepPlan = { ...step, kind: "wait", undoable: false, otherwise: "escalate" };
const pause: StepPlan = { ...wait, kind: "pause", otherwise: null };

const called: Happening = { type: "called" };
const succeeded: Happening = { type: "succeeded" };
const failed: Happening = { type: "failed", permanent: false };
const rejected: Happening = { type: "failed", permanent: true };

const after = (plan: SagaPlan, ...events: readonly Happening[]): SagaState =>
  events.reduce((state, event) => nextState(plan, state, event), initialState(plan));
const calls = (end: Happening, times = 1): Happening[] =>
  Array.from({ length: times }, () => [called, end]).flat();

describe("the state of a saga", () => {
  it("goes forward step by step and completes", () => {
    const state = after([step, pivot, retriable], ...calls(succeeded, 3));
    assert.deepEqual(state, { status: "completed", marks: ["done", "done", "done"] });
  });

  it("undoes what was started, done or not, in reverse order", () => {
    const plan = [step, step, pivot];
    const back = after(plan, ...calls(succeeded), ...calls(failed, 3));
    assert.deepEqual([back.status, "at" in back && back.at, back.marks[1]], ["compensating", 1, "started"]);
    const end = calls(succeeded, 2).reduce((state, event) => nextState(plan, state, event), back);
    assert.deepEqual(end, { status: "compensated", marks: ["undone", "undone", "untouched"] });
  });

  it("goes back from a pivot that certainly did not happen, and asks again for ever where nobody knows", () => {
    assert.equal(after([step, pivot], ...calls(succeeded), ...calls(rejected)).status, "compensating");
    const unknown = after([step, pivot], ...calls(succeeded), ...calls(failed, 40));
    assert.deepEqual([unknown.status, isCalling(unknown) && directionOf(unknown)], ["stuck", "do"]);
  });

  it("only goes forward after the pivot, and is stuck at once when a step says that it never will", () => {
    const plan = [step, pivot, retriable];
    const state = after(plan, ...calls(succeeded, 2), ...calls(rejected));
    assert.deepEqual([state.status, "during" in state && state.during], ["stuck", "running"]);
    assert.equal(
      calls(succeeded).reduce((at, event) => nextState(plan, at, event), state).status,
      "completed",
    );
  });

  it("counts failures anew when an operator says that the cause is mended", () => {
    const resumed: Happening = { type: "resumed" };
    const stuck = after([pivot], ...calls(failed, 6));
    assert.deepEqual(isCalling(stuck) && [stuck.status, stuck.failures], ["stuck", 6]);
    const again = nextState([pivot], stuck, resumed);
    assert.deepEqual(isCalling(again) && [again.status, again.failures], ["running", 0]);
    assert.equal(nextState([pivot], again, resumed), again, "what is not stuck is left as it is");
  });

  it("counts a call whose worker is gone as a failure, and one that was interrupted not", () => {
    const crashed = after([step], called, { type: "crashed" });
    assert.deepEqual(isCalling(crashed) && crashed.failures, 1);
    const interrupted = after([step], called, { type: "interrupted" });
    assert.deepEqual(isCalling(interrupted) && [interrupted.failures, interrupted.calling], [0, false]);
  });

  it("lets one of reply and timer win, and takes a reply that comes early", () => {
    const plan: SagaPlan = [{ ...wait, otherwise: "continue" }, retriable];
    const reply: Happening = { type: "replied", at: 0 };
    assert.deepEqual(after(plan, reply, { type: "expired", at: 0 }).marks, ["replied", "untouched"]);
    assert.deepEqual(after(plan, { type: "expired", at: 0 }, reply).marks, ["expired", "untouched"]);
    const before = initialState(plan);
    assert.equal(nextState(plan, before, { type: "expired", at: 1 }), before, "the timer of another wait");
    const early = after([step, wait], { type: "replied", at: 1 });
    assert.deepEqual([early.status, early.marks[1]], ["running", "replied"]);
    assert.equal(after([step, wait], { type: "replied", at: 1 }, ...calls(succeeded)).status, "completed");
  });

  it("escalates, compensates, goes on or runs a step of its own when a wait's time is over", () => {
    const end = (otherwise: StepPlan["otherwise"]): SagaState =>
      after([step, { ...wait, otherwise }, step], ...calls(succeeded), { type: "expired", at: 1 });
    assert.deepEqual(
      (["escalate", "compensate", "continue", "branch"] as const).map((otherwise) => {
        const state = end(otherwise);
        return [state.status, "at" in state && state.at];
      }),
      [
        ["stuck", 1],
        ["compensating", 0],
        ["running", 2],
        ["running", 1],
      ],
    );
  });
});

const stepArbitrary = fc.record({
  attemptsMax: fc.constantFrom(1, 2, 3, Number.POSITIVE_INFINITY),
  stuckAfter: fc.integer({ min: 1, max: 4 }),
});
const waitArbitrary = (back: boolean) =>
  fc.oneof(
    fc.constant(pause),
    fc
      .constantFrom<StepPlan["otherwise"][]>(
        "escalate",
        "continue",
        ...(back ? (["compensate"] as const) : []),
      )
      .map((otherwise) => ({ ...wait, otherwise })),
    stepArbitrary.map((limits) => ({
      ...wait,
      ...limits,
      otherwise: "branch" as const,
      undoable: back,
      attemptsMax: back ? limits.attemptsMax : Number.POSITIVE_INFINITY,
    })),
  );
const planArbitrary: fc.Arbitrary<SagaPlan> = fc
  .record({
    before: fc.array(
      fc.oneof(
        { weight: 3, arbitrary: stepArbitrary.map((limits) => ({ ...step, ...limits })) },
        { weight: 1, arbitrary: waitArbitrary(true) },
      ),
      { maxLength: 4 },
    ),
    pivots: fc.array(
      stepArbitrary.map(({ stuckAfter }) => ({ ...pivot, stuckAfter })),
      { maxLength: 1 },
    ),
    after: fc.array(
      fc.oneof(
        { weight: 3, arbitrary: stepArbitrary.map(({ stuckAfter }) => ({ ...retriable, stuckAfter })) },
        { weight: 1, arbitrary: waitArbitrary(false) },
      ),
      { maxLength: 3 },
    ),
  })
  .map(({ before, pivots, after: rest }) => [...before, ...pivots, ...(pivots.length === 0 ? [] : rest)])
  .filter((plan) => plan.length > 0);

const eventArbitrary: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(called) },
  { weight: 6, arbitrary: fc.constant(succeeded) },
  { weight: 2, arbitrary: fc.constant(failed) },
  { weight: 1, arbitrary: fc.constant(rejected) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Happening[]>(
      { type: "crashed" },
      { type: "interrupted" },
      { type: "resumed" },
    ),
  },
  { weight: 2, arbitrary: fc.nat(7).map((at): Happening => ({ type: "expired", at })) },
  { weight: 2, arbitrary: fc.nat(7).map((at): Happening => ({ type: "replied", at })) },
);

describe("a saga under any schedule", () => {
  it("keeps its promises, and every state and change is reached", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(planArbitrary, fc.array(eventArbitrary, { maxLength: 80, size: "max" }), (plan, events) => {
        let state = initialState(plan);
        const undone: number[] = [];
        for (const event of events) {
          const before = state;
          state = nextState(plan, before, event);
          if (state !== before) seen.add(`${nameOf(before)} -${event.type}-> ${nameOf(state)}`);
          holds(plan, before, state, event, undone);
        }
        finishes(plan, state);
      }),
      // A fixed seed, so that what is reached does not depend on luck.
      { numRuns: 6_000, seed: 26 },
    );
    assert.deepEqual(
      [...expectedChanges].filter((change) => !seen.has(change)),
      [],
    );
    assert.deepEqual(
      [...seen].filter((change) => !expectedChanges.has(change)),
      [],
    );
  });
});

function nameOf(state: SagaState): string {
  return state.status === "stuck" ? `stuck ${state.during}` : state.status;
}

/** What must be so after each event. */
function holds(
  plan: SagaPlan,
  before: SagaState,
  state: SagaState,
  event: Happening,
  undone: number[],
): void {
  if (isOver(before)) assert.equal(state, before, "nothing happens to what is over");
  plan.forEach((one, at) => {
    const [old, now] = [before.marks[at] as Mark, state.marks[at] as Mark];
    if (old === now) return;
    assert.ok(allowedMarks[old].includes(now), `${old} became ${now}`);
    if (now === "undone") {
      assert.ok(one.undoable && mayGoBack(plan, at) && event.type === "succeeded");
      assert.ok(
        undone.every((later) => later > at),
        "undone in reverse order, each once",
      );
      undone.push(at);
    }
  });
  const pivotDone = plan.some(
    (one, at) => one.kind === "pivot" && state.marks[at] !== "untouched" && state.marks[at] !== "rejected",
  );
  if (pivotDone)
    assert.ok(
      undone.length === 0 && state.status !== "compensated",
      "nothing is undone once the pivot may have happened",
    );
  if (isCalling(state) && isCalling(before) && state.calling && !before.calling)
    assert.equal(event.type, "called");
  if (state.status === "completed")
    assert.ok(state.marks.every((mark) => mark === "done" || mark === "replied" || mark === "expired"));
  if (state.status === "compensated")
    plan.forEach(({ undoable }, at) => {
      if (undoable)
        assert.ok(
          state.marks[at] !== "started" && state.marks[at] !== "done",
          "all that was started is undone",
        );
    });
  for (const [at] of plan.entries()) if (takesReply(state, at)) assert.equal(state.marks[at], "untouched");
}

/** From every state, calls that succeed and times that end lead to an end. */
function finishes(plan: SagaPlan, from: SagaState): void {
  let state = from;
  for (let events = 0; !isOver(state); events++) {
    assert.ok(events < 40, "an end is reached");
    if (state.status === "stuck" && state.during === "waiting")
      state = nextState(plan, state, { type: "replied", at: state.at });
    else if (isCalling(state)) state = nextState(plan, nextState(plan, state, called), succeeded);
    else state = nextState(plan, state, { type: "expired", at: "at" in state ? state.at : 0 });
  }
}

const allowedMarks: Readonly<Record<Mark, readonly Mark[]>> = {
  untouched: ["started", "replied", "expired"],
  started: ["done", "rejected", "undone"],
  done: ["undone"],
  replied: [],
  expired: [],
  rejected: [],
  undone: [],
};

const changes = (from: string, by: string, ...to: string[]): string[] =>
  to.map((state) => `${from} -${by}-> ${state}`);
const expectedChanges = new Set(
  ["running", "stuck running"]
    .flatMap((from) => [
      ...changes(from, "called", from),
      ...changes(from, "succeeded", "running", "waiting", "completed"),
      ...changes(from, "interrupted", from),
      ...changes(from, "replied", from),
    ])
    .concat(
      changes("running", "failed", "running", "stuck running", "compensating", "compensated"),
      changes("running", "crashed", "running", "stuck running", "compensating"),
      changes("stuck running", "failed", "stuck running", "compensating", "compensated"),
      changes("stuck running", "crashed", "stuck running"),
      changes("stuck running", "resumed", "running"),
      changes("waiting", "replied", "waiting", "running", "completed"),
      changes(
        "waiting",
        "expired",
        "waiting",
        "running",
        "completed",
        "compensating",
        "compensated",
        "stuck waiting",
      ),
      changes("stuck waiting", "replied", "stuck waiting", "waiting", "running", "completed"),
      changes("stuck waiting", "resumed", "waiting"),
      ["compensating", "stuck compensating"].flatMap((from) => [
        ...changes(from, "called", from),
        ...changes(from, "succeeded", "compensating", "compensated"),
        ...changes(from, "interrupted", from),
        ...changes(from, "failed", "stuck compensating"),
        ...changes(from, "crashed", "stuck compensating"),
      ]),
      changes("compensating", "failed", "compensating"),
      changes("compensating", "crashed", "compensating"),
      changes("stuck compensating", "resumed", "compensating"),
    ),
);
