import type { LoggedAttempt, RequestSeen } from "@holdfast/operate";
import type { Target } from "../model.ts";
import { callsOfDraft } from "./calls-of-draft.ts";
import type { Draft } from "./draft.ts";
import type { NaturalCall, Shows } from "./model.ts";
import { kindOf } from "./natural-attempt.ts";
import { PackedCalls } from "./packed-calls.ts";

/** So many calls of a target are kept at most; of more a half, a quarter, … in turn, spread over all. */
const callsMax = 20_000;
/** So many calls of all targets together, as long as each has enough to be judged by. */
const callsOfAllMax = 40_000;
const callsLeast = 2_000;
const straysMax = 50_000;

/** Numbers in another order, so that what happens every so many calls is neither always kept nor never. */
function drawn(number: number): number {
  return Math.imul(number ^ (number >>> 7), 0x9e37_79b1) >>> 12;
}

/** What is kept of one target while traffic is read. */
export class TargetStore {
  readonly target: Target;
  readonly #kept: PackedCalls;
  /** The number of each kept call among all. */
  #numbers: number[] = [];
  /** Of how many calls one is kept. */
  stride = 1;
  seen = 0;
  /** Attempts of each source, and those of them that failed, tied to a call or not. */
  readonly attempts: Map<NonNullable<Shows["source"]>, { seen: number; failed: number }> = new Map();
  /** Requests that carry neither a trace nor a request id. */
  untied = 0;
  callers = 0;
  linked = 0;
  /** Calls without a failure, and those of them that made several requests. */
  clean = 0;
  several = 0;
  readonly strays: { readonly startMs: number; readonly endMs: number }[] = [];
  readonly setAside: Map<string, number> = new Map();
  readonly headers: Set<string> = new Set();
  readonly sources: Map<NonNullable<Shows["source"]>, number> = new Map();
  resolutionMs = 0;

  readonly #targets: () => number;

  /** `targets`: how many targets share the room for calls. */
  constructor(target: Target, targets: () => number = () => 1) {
    this.target = target;
    this.#targets = targets;
    this.#kept = new PackedCalls(target);
  }

  /** The calls that are kept, in the order in which they ended; made anew each time. */
  get calls(): NaturalCall[] {
    return this.#kept.unpacked();
  }

  /** A request of the target, tied to a call or not. */
  see(seen: RequestSeen): void {
    const { trace, request, headers, resolutionMs, startMs, endMs, source } = seen;
    this.#count(source, kindOf(seen) !== null);
    if (trace === null && request === null) {
      this.untied++;
      this.#stray(startMs, endMs);
    }
    for (const name of Object.keys(headers)) if (this.headers.size < 100) this.headers.add(name);
    this.resolutionMs = Math.max(this.resolutionMs, resolutionMs);
  }

  seeLog({ succeeded }: LoggedAttempt): void {
    this.#count("log", !succeeded);
  }

  #count(source: NonNullable<Shows["source"]>, hasFailed: boolean): void {
    const { seen, failed } = this.attempts.get(source) ?? { seen: 0, failed: 0 };
    this.attempts.set(source, { seen: seen + 1, failed: failed + (hasFailed ? 1 : 0) });
  }

  /** A call that has ended; `expected`: whether those that came in like it use this target. */
  add(draft: Draft, id: string, expected: boolean): void {
    const [caller] = draft.callers;
    if (caller === undefined) this.#strays(draft);
    const found = callsOfDraft(draft, this.target, id);
    if ("setAside" in found) {
      this.#setAside(found.setAside);
      return;
    }
    if (expected && caller !== undefined) this.#link(caller, found.calls.length > 0);
    if (found.calls.length > 0) this.#keepAll(found.calls, found.source);
  }

  #link({ status }: RequestSeen, isLinked: boolean): void {
    if ((status ?? 500) >= 400) return;
    this.callers++;
    if (isLinked) this.linked++;
  }

  #strays({ requests }: Draft): void {
    for (const { request, target } of requests)
      if (target === this.target) this.#stray(request.startMs, request.endMs);
  }

  /** What goes on after a success may be another call, or one whose success came too late for the consumer: nobody can tell. */
  #keepAll(calls: readonly NaturalCall[], source: NonNullable<Shows["source"]>): void {
    this.sources.set(source, (this.sources.get(source) ?? 0) + calls.length);
    if (calls.every(({ kinds }) => kinds.every((kind) => kind === null))) {
      this.clean++;
      if (calls.length > 1) this.several++;
    }
    const [only, ...others] = calls;
    if (only !== undefined && others.length === 0) this.#keep(only);
    else this.#setAside("they ask for the operation again after it went well");
  }

  #setAside(because: string): void {
    this.setAside.set(because, (this.setAside.get(because) ?? 0) + 1);
  }

  #keep(call: NaturalCall): void {
    this.seen++;
    if (drawn(this.seen) % this.stride !== 0) return;
    this.#kept.add(call);
    this.#numbers.push(this.seen);
    const room = Math.max(callsLeast, Math.floor(callsOfAllMax / Math.max(1, this.#targets())));
    if (this.#kept.size <= Math.min(callsMax, room)) return;
    this.stride *= 2;
    const stays = (number: number): boolean => drawn(number) % this.stride === 0;
    const numbers = this.#numbers;
    this.#kept.filter((at) => stays(numbers[at] ?? 0));
    this.#numbers = numbers.filter(stays);
  }

  #stray(startMs: number | null, endMs: number | null): void {
    if (startMs === null && endMs === null) return;
    const at = startMs ?? endMs ?? 0;
    if (this.strays.length < straysMax) this.strays.push({ startMs: at, endMs: endMs ?? at });
  }
}
