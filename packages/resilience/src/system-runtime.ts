import { channel } from "node:diagnostics_channel";
import { type Clock, type Random, systemClock, systemRandom } from "@holdfast/core";
import { turnsOf } from "./call/call-world.ts";
import { Events } from "./events.ts";
import { Runtime } from "./runtime.ts";
import { ambientSource } from "./system-ambient.ts";
import { captureOrigin } from "./system-origin.ts";
import { systemTimers } from "./system-timers.ts";
import { SystemTurn } from "./system-turn.ts";
import { clockTimers, type Timers } from "./timers.ts";

/** What a runtime runs on; everything is the system's unless it is given. */
export interface RuntimeOptions {
  /** Time; a virtual clock in tests. With a clock of one's own, timers are made of its `sleep`. */
  readonly clock?: Clock;
  readonly random?: Random;
  readonly timers?: Timers;
  /** The states that are kept for one policy, default 10,000; beyond that the least used are forgotten. */
  readonly keysMax?: number;
  /** Whether errors carry a stack; default no: it shows this library, and making it is most of what a refusal costs. */
  readonly stacks?: boolean;
}

/** The channel of `node:diagnostics_channel` on which every runtime tells its events. */
export const eventChannelName = "holdfast:resilience";

const eventChannel = channel(eventChannelName);

/** Makes a runtime: a home for the state of policies. `dispose()` it when it is no longer needed. */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  const { clock = systemClock, random = systemRandom, keysMax = 10_000, stacks = false } = options;
  const given = options.clock === undefined;
  const report = (error: unknown): void => {
    const told = error instanceof Error ? error : new Error(String(error));
    process.emitWarning(`A listener of a runtime threw: ${told.message}`, {
      code: "HOLDFAST_LISTENER",
      detail: told.stack ?? "",
    });
  };
  return new Runtime(
    {
      clock,
      random,
      timers: options.timers ?? (given ? systemTimers : clockTimers(clock)),
      turn: given ? (atEnd) => new SystemTurn(atEnd) : turnsOf(clock),
      ambient: ambientSource,
      capture: captureOrigin,
      // The global one is loaded when it is first used, and node:crypto at once.
      freshKey: () => crypto.randomUUID(),
      events: new Events(eventChannel, report),
      stacks,
    },
    keysMax,
  );
}

let shared: Runtime | null = null;

/** The runtime of this process, which protected functions use unless they are bound to another. */
export function defaultRuntime(): Runtime {
  shared ??= createRuntime();
  return shared;
}
