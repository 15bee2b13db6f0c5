import { CodedError, type PolicySettings } from "@holdfast/core";
import { CallRuntime } from "./call/call-runtime.ts";
import type { CallWorld } from "./call/call-world.ts";
import { type ForcedState, PolicyStates } from "./call/policy-states.ts";
import type { EventListener } from "./events.ts";
import type { BreakerSnapshot } from "./state/breaker-snapshot.ts";
import type { Statistics } from "./statistics.ts";
import { UnnamedStates, unnamed } from "./unnamed-states.ts";

/** The breakers of a runtime as plain data, to survive a restart. */
export interface RuntimeSnapshot {
  readonly kind: "holdfast/runtime";
  readonly version: 1;
  readonly breakers: readonly {
    readonly policy: string;
    readonly key: string;
    readonly breaker: BreakerSnapshot;
  }[];
}

/** The state of policies: breakers, budgets, limits and counters, by policy and key. */
export class Runtime {
  private readonly calls: CallRuntime;
  private readonly keysMax: number;
  private readonly named = new Map<string, PolicyStates>();
  private readonly unnamed = new UnnamedStates();
  /** Saved breakers of policies that are not used yet. */
  private readonly saved = new Map<string, Map<string, BreakerSnapshot>>();

  constructor(world: CallWorld, keysMax: number) {
    this.calls = new CallRuntime(world);
    this.keysMax = keysMax;
  }

  /** What was counted, per policy and key; last, in one, what policies without a name counted that are no more. */
  statistics(): readonly Statistics[] {
    const all = this.all().flatMap((states) => states.statistics());
    return [...all, ...this.unnamed.statisticsOfGone()];
  }

  /** Hears of every attempt, retry, end and change of a circuit from now on; returns what stops it. */
  observe(listener: EventListener): () => void {
    return this.calls.events.add(listener);
  }

  /**
   * Decides by hand about the circuits of a policy: `open` rejects and `disabled` lets pass until further notice, `closed` starts
   * afresh, `null` takes back what was decided. Without a key, about all that are known.
   */
  force(policy: string, to: ForcedState | null, key?: string): void {
    this.named.get(policy)?.force(to, key);
  }

  /** The breakers of named policies as plain data. What was counted stays behind. */
  save(): RuntimeSnapshot {
    const breakers = [...this.named.values()].flatMap((states) =>
      states.save().map(({ key, breaker }) => ({ policy: states.name, key, breaker })),
    );
    return { kind: "holdfast/runtime", version: 1, breakers };
  }

  /**
   * Takes up saved breakers, those of policies that are not in use yet when they are. An opening ends when it would have ended, by the
   * wall clock. Throws `SNAPSHOT_REFUSED` or `BREAKER_SNAPSHOT_REFUSED` on what `save` did not write.
   */
  restore(snapshot: unknown): void {
    for (const { policy, key, breaker } of readSnapshot(snapshot)) {
      const states = this.named.get(policy);
      if (states !== undefined) states.restore(key, breaker);
      else {
        const waiting = this.saved.get(policy) ?? new Map<string, BreakerSnapshot>();
        this.saved.set(policy, waiting.set(key, breaker));
      }
    }
  }

  /** Ends every pending call with `DISPOSED`, stops all timers, and takes no more calls. */
  dispose(): void {
    this.calls.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The world of the calls; for `resilient`, which compiles into it. */
  static callsOf(runtime: Runtime): CallRuntime {
    return runtime.calls;
  }

  /** The states of a policy. Policies of one name share them, so they must ask for the same; those without a name share nothing. */
  static statesOf(runtime: Runtime, name: string | null, settings: PolicySettings): PolicyStates {
    const { calls, named, saved } = runtime;
    const known = name === null ? undefined : named.get(name);
    if (known?.agrees(settings) === false) throw nameTaken(known.name);
    if (known !== undefined) return known;
    const states = new PolicyStates(name ?? unnamed, settings, calls, runtime.keysMax);
    if (name === null) runtime.unnamed.add(states);
    else named.set(name, states);
    for (const [key, breaker] of saved.get(states.name) ?? []) states.restore(key, breaker);
    saved.delete(states.name);
    return states;
  }

  private all(): readonly PolicyStates[] {
    return [...this.named.values(), ...this.unnamed.all()];
  }
}

function nameTaken(name: string): CodedError {
  return new CodedError("POLICY_NAME_TAKEN", `Two policies called ${name} ask for different things.`, {
    remedy: "Give each its own name, or use one policy for both, so that they can share its state.",
    details: { name },
  });
}

function readSnapshot(value: unknown): RuntimeSnapshot["breakers"] {
  const { kind, version, breakers } = (value ?? {}) as Partial<RuntimeSnapshot>;
  const whole =
    kind === "holdfast/runtime" &&
    version === 1 &&
    Array.isArray(breakers) &&
    breakers.every((each) => typeof each?.policy === "string" && typeof each.key === "string");
  if (whole) return breakers;
  throw new CodedError("SNAPSHOT_REFUSED", "This is no snapshot of a runtime.", {
    remedy: "Start without it: the breakers begin closed and learn again.",
  });
}
