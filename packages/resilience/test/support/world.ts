import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type Clock, seededRandom } from "@holdfast/core";
import { type VirtualClock, virtualClock } from "@holdfast/core/testing";
import { turnsOf } from "../../src/call/call-world.ts";
import { Events } from "../../src/events.ts";
import {
  type CallError,
  clockTimers,
  createRuntime,
  isCallError,
  type ResilienceEvent,
  Runtime,
  type Timers,
} from "../../src/index.ts";
import { ambientSource } from "../../src/system-ambient.ts";
import { captureOrigin } from "../../src/system-origin.ts";
import { BatchedTurn } from "./batched-turn.ts";
import { coded } from "./coded.ts";

export { coded };

/** A runtime in virtual time. */
export interface World {
  readonly clock: VirtualClock;
  readonly runtime: Runtime;
  /** Everything that was told, in order. */
  readonly events: readonly ResilienceEvent[];
  /** Waits on the virtual clock, as a function under a policy does its work. */
  work(ms: number, signal?: AbortSignal): Promise<void>;
}

/** How a world is made. */
export interface WorldOptions {
  readonly seed?: number;
  readonly keysMax?: number;
  /** `batched`: calls of one turn are stamped at its end, as the system's turns do; default: each moment is a turn. */
  readonly turns?: "moments" | "batched";
  /** Time for the runtime where it is not the virtual clock's own, for clocks that go wrong. */
  readonly time?: Clock;
  readonly timers?: Timers;
  /** Hears what listeners throw; by default the process warns. */
  readonly report?: (error: unknown) => void;
}

export function world(options: WorldOptions = {}): World {
  const clock = virtualClock();
  const runtime = runtimeOn(options.time ?? clock, options);
  const events: ResilienceEvent[] = [];
  runtime.observe((event) => void events.push(event));
  return { clock, runtime, events, work: (ms, signal) => clock.sleep(ms, signal) };
}

function runtimeOn(clock: Clock, options: WorldOptions): Runtime {
  const { seed = 1, keysMax = 10_000, turns = "moments", timers = clockTimers(clock), report } = options;
  const random = seededRandom(seed);
  if (turns === "moments" && report === undefined) return createRuntime({ clock, random, keysMax, timers });
  return new Runtime(
    {
      clock,
      random,
      timers,
      turn: turns === "moments" ? turnsOf(clock) : (atEnd) => new BatchedTurn(clock, atEnd),
      ambient: ambientSource,
      capture: captureOrigin,
      freshKey: () => randomUUID(),
      events: new Events(null, report ?? ((error) => assert.fail(`a listener threw ${String(error)}`))),
      stacks: false,
    },
    keysMax,
  );
}

/** A function that fails `failures` times and then answers; it keeps the moments at which it was called. */
export function flaky(
  failures: number,
  error: () => unknown = () => coded("ECONNRESET"),
): { readonly call: () => Promise<string>; readonly calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    call: async () => {
      calls++;
      if (calls <= failures) throw error();
      return "answer";
    },
  };
}

/** The error that a promise rejects with, which must be a call error. */
export async function failed(promise: Promise<unknown>): Promise<CallError> {
  const end = await promise.then(
    (value) => assert.fail(`it answered ${String(value)}`),
    (error: unknown) => error,
  );
  assert.ok(isCallError(end), String(end));
  return end;
}
