import type { Call } from "./call.ts";

/**
 * One listener per signal, whatever the number of calls that wait for it: a signal that lives as long as the process keeps nothing of
 * calls that have ended, and a hundred calls on one request's signal cost one registration.
 */
class Hub {
  private readonly signal: AbortSignal;
  private readonly calls = new Set<Call>();
  private readonly fire = (): void => {
    // One that ends meanwhile by another's end leaves the set, and is not told any more.
    for (const call of this.calls) call.host.aborted(call, this.signal.reason);
    this.calls.clear();
    hubs.delete(this.signal);
  };

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  add(call: Call): void {
    if (this.calls.size === 0) this.signal.addEventListener("abort", this.fire, { once: true });
    this.calls.add(call);
  }

  remove(call: Call): void {
    if (!this.calls.delete(call) || this.calls.size > 0) return;
    this.signal.removeEventListener("abort", this.fire);
    hubs.delete(this.signal);
  }
}

const hubs = new WeakMap<AbortSignal, Hub>();

/** Ends `call` when its caller's signal aborts, or now if it has: a signal tells of its abort only once. */
export function listen(signal: AbortSignal, call: Call): void {
  if (signal.aborted) {
    call.host.aborted(call, signal.reason);
    return;
  }
  let hub = hubs.get(signal);
  if (hub === undefined) {
    hub = new Hub(signal);
    hubs.set(signal, hub);
  }
  hub.add(call);
}

/** Takes back `listen`; nothing happens where the call does not listen. */
export function unlisten(signal: AbortSignal, call: Call): void {
  hubs.get(signal)?.remove(call);
}
