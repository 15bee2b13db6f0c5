import type { Baggage, Clock, Random, TraceContext } from "@holdfast/core";
import type { Events } from "../events.ts";
import type { Timers } from "../timers.ts";
import { clockTurn, type Turn } from "../turn.ts";
import type { Origin } from "./origin.ts";

/** What a call inherits from the request in which it is made. */
export interface Ambient {
  /** What is left of the request's deadline; `Infinity` without one. */
  remainingMs(): number;
  readonly idempotencyKey: string | null;
  /** The key of the next call of this policy, where calls do not simply share the request's. */
  keyFor?(policy: string): string | null;
  readonly trace?: TraceContext;
  readonly baggage?: Baggage;
}

/** Where to look for what surrounds a call; `null` as long as nothing ever did, which costs calls nothing. */
export interface AmbientSource {
  readonly current: (() => Ambient | undefined) | null;
}

/** The world of calls: time, chance, and who is told. */
export interface CallWorld {
  readonly clock: Pick<Clock, "monotonic" | "wall">;
  readonly random: Random;
  readonly timers: Timers;
  /** Makes the turns; the system's batch what happens in one turn of the event loop. */
  readonly turn: (atEnd: (nowMs: number) => void) => Turn;
  readonly ambient: AmbientSource;
  /** Keeps the async context in which it is called. */
  readonly capture: () => Origin;
  /** Makes an idempotency key. */
  readonly freshKey: () => string;
  readonly events: Events;
  /** Whether errors carry a stack. */
  readonly stacks: boolean;
}

/** A world in which each moment is a turn of its own: for clocks that are moved by hand. */
export function turnsOf(clock: Pick<Clock, "monotonic">): CallWorld["turn"] {
  return (atEnd) => clockTurn(clock, atEnd);
}
