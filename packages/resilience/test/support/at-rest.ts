import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import type { Call } from "../../src/call/call.ts";
import type { CallRuntime } from "../../src/call/call-runtime.ts";
import type { PolicyStates } from "../../src/call/policy-states.ts";
import { type ResilienceEvent, Runtime } from "../../src/index.ts";

/** What a runtime keeps to itself; tests look behind the curtain, nobody else may. */
interface Behind {
  readonly free: Call | null;
  readonly deadlines: ReadonlyMap<number, { readonly size: number }>;
}

/** The calls that are pending, in no order. */
export function pendingCalls(runtime: Runtime): readonly Call[] {
  const { fresh, pending } = Runtime.callsOf(runtime);
  return [fresh, pending].flatMap((bag) => {
    const { single, things } = bag as unknown as {
      readonly single: Call | null;
      readonly things: readonly Call[];
    };
    return single === null ? things : [single, ...things];
  });
}

/** Waits and deadlines that have not come and were not taken back. */
export function timersHeld(runtime: Runtime): { readonly waits: number; readonly deadlines: number } {
  const calls = Runtime.callsOf(runtime);
  const lists = [...behind(calls).deadlines.values()];
  return { waits: calls.waiting.size, deadlines: lists.reduce((sum, { size }) => sum + size, 0) };
}

/** Whether a runtime holds on to nothing: for moments at which every call and every function has ended. */
export function assertAtRest(runtime: Runtime, signals: readonly AbortSignal[] = []): void {
  assert.equal(pendingCalls(runtime).length, 0, "no call is pending");
  assert.deepEqual(timersHeld(runtime), { waits: 0, deadlines: 0 }, "nothing is timed");
  for (const signal of signals) {
    assert.equal(getEventListeners(signal, "abort").length, 0, "nobody listens to a signal");
  }
  for (const { bulkhead } of statesOf(runtime).flatMap((states) => allOf(states))) {
    const { active, waiting } = bulkhead ?? { active: 0, waiting: 0 };
    assert.deepEqual({ active, waiting }, { active: 0, waiting: 0 }, "no place is held");
  }
  assertPoolsClean(Runtime.callsOf(runtime));
}

/** Whether what was counted agrees with itself and with what was told. */
export function assertCountsAgree(runtime: Runtime, events: readonly ResilienceEvent[]): void {
  const of = (type: ResilienceEvent["type"]): number => events.filter((event) => event.type === type).length;
  const total = { calls: 0, attempts: 0, retries: 0 };
  for (const { calls, successes, fallbacks, errors, attempts, retries } of runtime.statistics()) {
    const failures = Object.values(errors).reduce((sum, count) => sum + count, 0);
    assert.equal(calls, successes + fallbacks + failures, "each call ends in one way");
    total.calls += calls;
    total.attempts += attempts;
    total.retries += retries;
  }
  assert.equal(of("call.ended"), total.calls, "each call is told to have ended, once");
  assert.equal(of("attempt.started"), total.attempts, "each attempt is told");
  assert.equal(of("retry.waiting"), total.retries, "each retry is told");
  assertAttemptsPair(events);
}

function assertAttemptsPair(events: readonly ResilienceEvent[]): void {
  const underWay = new Set<object>();
  const ended = new Set<object>();
  for (const event of events) {
    if (event.type === "attempt.started") {
      assert.ok(!underWay.has(event.context) && !ended.has(event.context), "an attempt starts once");
      underWay.add(event.context);
    } else if (event.type === "attempt.ended") {
      assert.ok(underWay.delete(event.context), "an attempt ends once, after its start");
      ended.add(event.context);
    }
  }
  assert.equal(underWay.size, 0, "no attempt is left without an end");
}

/** What waits for its next use must not keep anything of its last one, nor stand in two places at once. */
function assertPoolsClean(runtime: CallRuntime): void {
  const seen = new Set<Call>();
  for (let call = behind(runtime).free; call !== null; call = call.nextFree) {
    assert.ok(!seen.has(call), "no call is in the pool twice");
    seen.add(call);
    const { args, running, phase, wakeAt, own } = call;
    assert.deepEqual({ args, running, phase }, { args: [], running: 0, phase: "idle" });
    assert.deepEqual([wakeAt, own?.wakeAt ?? -1], [-1, -1], "a call in the pool waits for nothing");
    const { signal, causes, outer, origin, bag, deadlineIn, waitsIn, idempotencyKey } = call;
    assertNothingIn({ signal, causes, outer, origin, bag, deadlineIn, waitsIn, idempotencyKey });
    const { context, verdict, deadlineIn: timed, abandoned, held, handed } = call.attempt;
    assertNothingIn({ context, verdict, timed });
    assert.deepEqual({ abandoned, held, handed }, { abandoned: false, held: false, handed: false });
  }
}

function assertNothingIn(fields: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(fields)) assert.equal(value, null, `kept in the pool: ${name}`);
}

function behind(calls: CallRuntime): Behind {
  return calls as unknown as Behind;
}

function statesOf(runtime: Runtime): readonly PolicyStates[] {
  return (runtime as unknown as { all(): readonly PolicyStates[] }).all();
}

function allOf(
  states: PolicyStates,
): readonly { readonly bulkhead: { active: number; waiting: number } | null }[] {
  return (
    states as unknown as {
      readonly states: { all(): readonly { bulkhead: { active: number; waiting: number } | null }[] };
    }
  ).states.all();
}
