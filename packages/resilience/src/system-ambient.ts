import { AsyncLocalStorage } from "node:async_hooks";
import { type Baggage, noBaggage, type StartedBy, type TraceContext } from "@holdfast/core";
import type { Ambient } from "./call/call-world.ts";

const storage = new AsyncLocalStorage<Ambient>();

/** What surrounds the calls of this process; looked at only once something has surrounded one. */
export const ambientSource: { current: (() => Ambient | undefined) | null } = { current: null };

/** Where spans are active that somebody else makes; `null` where nobody does. */
export const spanSource: { current: (() => TraceContext | null) | null } = { current: null };

/** Runs `work` with what surrounds it: calls made inside, however deep, inherit it. */
export function runInside<T>(ambient: Ambient, work: () => T): T {
  ambientSource.current ??= () => storage.getStore();
  return storage.run(ambient, work);
}

/** The trace in which this runs: that of the active span where `otel` is at work, else that of the request; `null` outside of any. */
export function currentTrace(): TraceContext | null {
  return spanSource.current?.() ?? requestTrace();
}

/** The trace of the request in which this runs, whatever span is active. */
export function requestTrace(): TraceContext | null {
  return storage.getStore()?.trace ?? null;
}

/** The baggage of the request in which this runs; empty outside of any. Anybody who calls may have written it: it proves nothing. */
export function currentBaggage(): Baggage {
  return storage.getStore()?.baggage ?? noBaggage;
}

/** Runs `work` with another baggage; everything else that surrounds it stays. */
export function runWithBaggage<T>(baggage: Baggage, work: () => T): T {
  const around = storage.getStore() ?? null;
  return runInside(new ChangedAmbient(around, { trace: around?.trace ?? null, baggage }), work);
}

/** Runs `work` as something that was started from elsewhere. */
export function runStarted<T>(by: StartedBy, work: () => T): T {
  return by.trace === null && by.baggage === ""
    ? work()
    : runInside(new ChangedAmbient(storage.getStore() ?? null, by), work);
}

/** The deadline of the request in which this runs; `null` outside of any, or where it has none. */
export function currentDeadline(): { remainingMs(): number } | null {
  const ambient = storage.getStore();
  return ambient === undefined || ambient.remainingMs() === Number.POSITIVE_INFINITY ? null : ambient;
}

/** The idempotency key with which the request came in which this runs; `null` outside of any, or where it had none. */
export function currentIdempotencyKey(): string | null {
  return storage.getStore()?.idempotencyKey ?? null;
}

/** What surrounded it before, in another trace or with another baggage. */
class ChangedAmbient implements Ambient {
  readonly baggage: Baggage;
  readonly idempotencyKey: string | null;
  declare readonly trace?: TraceContext;
  readonly #around: Ambient | null;

  constructor(around: Ambient | null, { trace, baggage }: StartedBy) {
    this.#around = around;
    this.baggage = baggage;
    this.idempotencyKey = around?.idempotencyKey ?? null;
    if (trace !== null) this.trace = trace;
  }

  remainingMs(): number {
    return this.#around?.remainingMs() ?? Number.POSITIVE_INFINITY;
  }

  keyFor(policy: string): string | null {
    return this.#around?.keyFor?.(policy) ?? this.idempotencyKey;
  }
}
