import { AsyncLocalStorage } from "node:async_hooks";
import type { TraceContext } from "@holdfast/core";
import type { Ambient } from "./call/call-world.ts";

const storage = new AsyncLocalStorage<Ambient>();

/** What surrounds the calls of this process; looked at only once something has surrounded one. */
export const ambientSource: { current: (() => Ambient | undefined) | null } = { current: null };

/** Runs `work` with what surrounds it: calls made inside, however deep, inherit it. */
export function runInside<T>(ambient: Ambient, work: () => T): T {
  ambientSource.current ??= () => storage.getStore();
  return storage.run(ambient, work);
}

/** The trace of the request in which this runs; `null` outside of any. */
export function currentTrace(): TraceContext | null {
  return storage.getStore()?.trace ?? null;
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
