import type { Clock, Random } from "@holdfast/core";
import type { Events } from "../events.ts";
import { DeadlineList } from "../state/deadline-list.ts";
import { TimerQueue } from "../state/timer-queue.ts";
import type { Timers } from "../timers.ts";
import type { Turn } from "../turn.ts";
import type { Around } from "./around.ts";
import { Bag } from "./bag.ts";
import { Call, type CallHost } from "./call.ts";
import type { AmbientSource, CallWorld } from "./call-world.ts";
import type { Origin } from "./origin.ts";
import type { PolicyState } from "./policy-state.ts";
import { listen } from "./signal-hub.ts";

/** Takes down how long a call took that succeeded by itself. */
export type Stopwatch = (policy: string, key: string, elapsedMs: number) => void;

/** The calls of a runtime that are under way, their timers and the pools from which they come. */
export class CallRuntime {
  readonly clock: Pick<Clock, "monotonic" | "wall">;
  readonly random: Random;
  readonly turn: Turn;
  readonly waiting: TimerQueue;
  readonly ambient: AmbientSource;
  readonly capture: () => Origin;
  readonly freshKey: () => string;
  readonly events: Events;
  readonly stacks: boolean;
  /** Calls of this turn that are pending, and those of earlier turns. */
  readonly fresh: Bag<Call> = new Bag();
  readonly pending: Bag<Call> = new Bag();
  disposed = false;
  around: Around | null = null;
  /** Told of every success, in place of an event that would have to be made for it. */
  readonly stopwatches: Stopwatch[] = [];
  /** The call whose function is running its first step right now. */
  inside: Call | null = null;
  private starting: Call[] | null = null;
  private readonly timers: Timers;
  private readonly deadlines = new Map<number, DeadlineList>();
  /** The calls that can be used again, each with the next. */
  private free: Call | null = null;

  constructor(world: CallWorld) {
    this.clock = world.clock;
    this.random = world.random;
    this.timers = world.timers;
    this.ambient = world.ambient;
    this.capture = world.capture;
    this.freshKey = world.freshKey;
    this.events = world.events;
    this.stacks = world.stacks;
    this.turn = world.turn((nowMs) => this.stamp(nowMs));
    this.waiting = new TimerQueue(world.clock, world.timers);
  }

  /** The wall clock, for dates in headers. */
  readonly wallMs = (): number => this.clock.wall();

  takeCall(host: CallHost, state: PolicyState): Call {
    const call = this.free ?? new Call(host, state);
    this.free = call.nextFree;
    call.host = host;
    call.state = state;
    return call;
  }

  giveCall(call: Call): void {
    call.reset();
    call.nextFree = this.free;
    this.free = call;
  }

  /** The list of all that may last `durationMs`: one native timer for each distinct duration. */
  deadlineList(durationMs: number): DeadlineList {
    let list = this.deadlines.get(durationMs);
    if (list === undefined) {
      list = new DeadlineList(durationMs, this.clock, this.timers);
      this.deadlines.set(durationMs, list);
    }
    return list;
  }

  timed(policy: string, key: string, elapsedMs: number): void {
    for (let index = 0; index < this.stopwatches.length; index++)
      this.stopwatches[index]?.(policy, key, elapsedMs);
  }

  /** Starts a call that got its place; one after the other, however many end at once: a long queue must not become a deep stack. */
  start(call: Call): void {
    if (this.starting !== null) {
      this.starting.push(call);
      return;
    }
    this.starting = [call];
    for (let next = this.starting.shift(); next !== undefined; next = this.starting.shift())
      next.host.placed(next);
    this.starting = null;
  }

  /** Gives the calls of this turn that are still pending their times: from now on they have a deadline and are listened for. */
  private stamp(nowMs: number): void {
    for (let call = this.fresh.any; call !== undefined; call = this.fresh.any) {
      this.fresh.take(call);
      this.pending.put(call);
      call.host.stamped(call, nowMs);
      // The call may have begun in the very turn in which its runtime was disposed.
      if (this.disposed) call.host.disposed(call);
      else if (call.signal !== null) listen(call.signal, call);
    }
  }

  private anyCall(): Call | undefined {
    return this.fresh.any ?? this.pending.any;
  }

  dispose(): void {
    this.disposed = true;
    for (let call = this.anyCall(); call !== undefined; call = this.anyCall()) call.host.disposed(call);
    for (const list of this.deadlines.values()) list.dispose();
    this.waiting.dispose();
  }
}
