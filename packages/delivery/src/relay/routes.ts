import type { Backoff, Clock, Random } from "@holdfast/core";
import type { Broker, PublishEnd } from "../broker.ts";
import type { Emit } from "../events.ts";
import {
  allowance,
  closedRoute,
  opened,
  type Pausing,
  type RouteBreaker,
  type RouteVerdict,
  routeEnded,
  sent,
} from "./route-breaker.ts";

/** Where messages of one name go. */
export interface Route {
  readonly broker: Broker;
  readonly destination: unknown;
}

/** Whether what goes over a route is under way until it is consumed, however long that takes. */
export function lasts({ broker }: Route): boolean {
  return broker.guarantees.confirms === "consumed";
}

/** A message's permission to go: what its verdict is held against. */
export interface Admission {
  readonly route: Route;
  readonly type: string;
  readonly generations: readonly number[];
}

/** A claim that a route under trial asks for. */
export interface Trial {
  readonly types: readonly string[];
  readonly limit: number;
}

/** The state of a route that does not simply go, for statistics. */
export interface RouteStatus {
  /** A message's name, or the kind of a broker. */
  readonly route: string;
  readonly phase: "open" | "trial";
  /** What kept its last message from going. */
  readonly because: string;
}

/** What routes need. */
export interface RoutesParts {
  readonly routeOf: (type: string) => Route | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly backoff: Backoff;
}

/** A breaker in its place. */
interface Gate {
  readonly name: string;
  state: RouteBreaker;
  /** Why it does not go, while it does not. */
  because: string;
}

interface Known {
  readonly route: Route | null;
  /** The one of the destination, then the one of the broker. */
  readonly gates: readonly Gate[];
}

type WaitKind = "misconfigured" | "down" | "unknown" | "missing";

/**
 * Which messages may go where, learnt as they come by. Each name has a breaker for its destination, and each broker one for itself: what
 * a broker refuses for one destination concerns no other, and what brings it down concerns all.
 */
export class Routes {
  readonly #parts: RoutesParts;
  readonly #known = new Map<string, Known>();
  readonly #brokers = new Map<Broker, Gate>();

  constructor(parts: RoutesParts) {
    this.#parts = parts;
  }

  /** Leave to send one message; null where it must wait. */
  admit(type: string): Admission | null {
    const known = this.#of(type);
    if (known.route === null || this.#room(known) < 1) return null;
    for (const gate of known.gates) gate.state = sent(gate.state);
    return { route: known.route, type, generations: known.gates.map(({ state }) => state.generation) };
  }

  /** How a message that was admitted ended. */
  ended({ type, generations }: Admission, end: PublishEnd, verdict: RouteVerdict): void {
    const gates = this.#known.get(type)?.gates ?? [];
    // Nearly always: it went, and goes on.
    if (verdict !== "failed" && gates.every(({ state }) => state.phase === "closed")) return;
    const kind = end.ok || end.kind === "rejected" ? "unknown" : end.kind;
    for (const [at, gate] of gates.entries()) {
      // A destination that does not exist is its own gate's affair; every other failure is the broker's.
      const concerned = verdict !== "failed" || (kind === "misconfigured") === (at === 0);
      const before = gate.state.phase;
      gate.state = routeEnded(gate.state, concerned ? verdict : "unsaid", {
        ...this.#pausing(),
        generation: generations[at] ?? -1,
      });
      this.#tell(gate, before, kind, end.ok ? null : end.error);
    }
  }

  /** Message names that a claim leaves out. */
  closed(): readonly string[] {
    return [...this.#known.keys()].filter((type) =>
      this.#of(type).gates.some(({ state }) => state.phase !== "closed"),
    );
  }

  /** Claims of their own, for what leaves its pause. */
  trials(): readonly Trial[] {
    const byGate = new Map<Gate, string[]>();
    for (const type of this.#known.keys()) {
      const known = this.#of(type);
      const shy = known.gates.find(({ state }) => state.phase !== "closed");
      if (known.route === null || shy === undefined || this.#room(known) < 1) continue;
      byGate.set(shy, [...(byGate.get(shy) ?? []), type]);
    }
    const nowMs = this.#parts.clock.monotonic();
    return [...byGate].map(([{ state }, types]) => ({ types, limit: allowance(state, nowMs) }));
  }

  /** How many messages of a name may be sent now. */
  room(type: string): number {
    const known = this.#of(type);
    return known.route === null ? 0 : this.#room(known);
  }

  /** Whether messages of a name are under way until they are consumed. */
  lasts(type: string): boolean {
    const { route } = this.#of(type);
    return route !== null && lasts(route);
  }

  /** Whether a claim may bring such messages: no broker is known yet, or one that confirms so late is. */
  mayLast(): boolean {
    return (
      this.#brokers.size === 0 ||
      [...this.#brokers.keys()].some((broker) => broker.guarantees.confirms === "consumed")
    );
  }

  /** In how many milliseconds the next pause ends; null where there is none. */
  nextMs(): number | null {
    const nowMs = this.#parts.clock.monotonic();
    const ends = this.#gates().flatMap(({ state }) =>
      state.phase === "open" && state.untilMs > nowMs ? [state.untilMs - nowMs] : [],
    );
    return ends.length === 0 ? null : Math.min(...ends);
  }

  /** The routes that do not simply go. */
  statuses(): readonly RouteStatus[] {
    return this.#gates().flatMap(({ name, state, because }) =>
      state.phase === "closed" ? [] : [{ route: name, phase: state.phase, because }],
    );
  }

  #of(type: string): Known {
    const found = this.#known.get(type);
    if (found !== undefined && found.route !== null) return found;
    const [gate] = found?.gates ?? [];
    // What had no route is looked up again when its pause is over: routes may be declared later than messages are written.
    const due = gate !== undefined && allowance(gate.state, this.#parts.clock.monotonic()) > 0;
    if (found !== undefined && !due) return found;
    const learnt = this.#learn(type, gate ?? gateOf(type));
    this.#known.set(type, learnt);
    return learnt;
  }

  #learn(type: string, gate: Gate): Known {
    const { route, error } = this.#ask(type);
    const { phase, generation } = gate.state;
    if (route === null) {
      gate.state = opened(generation, gate.state.phase === "open" ? gate.state.pauses : 0, this.#pausing());
      this.#tell(gate, "closed", "missing", error);
      return { route, gates: [gate] };
    }
    const broker = this.#brokers.get(route.broker) ?? gateOf(route.broker.kind);
    this.#brokers.set(route.broker, broker);
    gate.state = { phase: "closed", generation: generation + 1 };
    this.#tell(gate, phase, "missing", null);
    return { route, gates: [gate, broker] };
  }

  /** A destination that cannot be made is as good as none: its messages wait, and nothing else does. */
  #ask(type: string): { readonly route: Route | null; readonly error: unknown } {
    try {
      return { route: this.#parts.routeOf(type), error: null };
    } catch (error) {
      return { route: null, error };
    }
  }

  #tell(gate: Gate, before: RouteBreaker["phase"], kind: WaitKind, error: unknown): void {
    const { name: route, state } = gate;
    const { emit, clock } = this.#parts;
    if (state.phase === "open" && before !== "open") {
      gate.because = `${kind}: ${error instanceof Error ? error.message : "no reason was given"}`;
      emit({ type: "relay.route-waits", route, kind, waitMs: state.untilMs - clock.monotonic(), error });
    }
    if (state.phase === "closed" && before !== "closed") emit({ type: "relay.route-goes", route });
  }

  #room({ gates }: Known): number {
    let room = Number.POSITIVE_INFINITY;
    for (const { state } of gates)
      if (state.phase !== "closed") room = Math.min(room, allowance(state, this.#parts.clock.monotonic()));
    return room;
  }

  #gates(): readonly Gate[] {
    return [...new Set([...this.#known.values()].flatMap(({ gates }) => gates))];
  }

  #pausing(): Pausing {
    const { clock, random, backoff } = this.#parts;
    return { nowMs: clock.monotonic(), backoff, random };
  }
}

function gateOf(name: string): Gate {
  return { name, state: closedRoute, because: "" };
}
