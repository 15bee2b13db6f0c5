import type { PolicySettings } from "@holdfast/core";
import { Breaker } from "../state/breaker.ts";
import type { BreakerSettings } from "../state/breaker-settings.ts";
import type { BreakerSnapshot } from "../state/breaker-snapshot.ts";
import { RetryBudget } from "../state/budget.ts";
import { Bulkhead, type Waiter } from "../state/bulkhead.ts";
import { RateLimit } from "../state/rate.ts";
import { latencyOf, type Statistics } from "../statistics.ts";
import type { CallRuntime } from "./call-runtime.ts";
import { KeyedStates } from "./keyed-states.ts";
import { type Parts, PolicyState } from "./policy-state.ts";

/** What can be decided by hand about a circuit. */
export type ForcedState = "open" | "closed" | "disabled";

/** By what the keys of a call are told apart; no host or tenant has it in its name. */
const between = "\u0000";

type DeclaredBreaker = NonNullable<PolicySettings["breaker"]>;

/** The parts of a policy that have a state. */
type Part = "breaker" | "budget" | "limit" | "rate";

/** The states of one policy in a runtime, by key. */
export class PolicyStates {
  readonly name: string;
  /** The names of the keys by which the parts are divided, each once. */
  readonly keyNames: readonly string[];
  private readonly settings: PolicySettings;
  private readonly runtime: CallRuntime;
  private readonly states: KeyedStates;
  private readonly keysMax: number;
  /** The parts by name and key. Where they are divided by different keys, several states share one. */
  private readonly made = new Map<string, unknown>();

  constructor(name: string, settings: PolicySettings, runtime: CallRuntime, keysMax: number) {
    this.name = name;
    this.settings = settings;
    this.runtime = runtime;
    this.keysMax = keysMax;
    const { breaker, budget, limit, rate } = settings;
    const names = [breaker, budget, limit, rate]
      .map((part) => part?.key ?? null)
      .filter((key) => key !== null);
    this.keyNames = [...new Set(names)];
    const now = (): number => runtime.turn.now();
    this.states = new KeyedStates(keysMax, (key) => this.make(key), now);
  }

  /** Whether another policy of this name asks for the same; if not, the two cannot share their state. */
  agrees(settings: PolicySettings): boolean {
    return JSON.stringify(settings) === JSON.stringify(this.settings);
  }

  /** The state of calls with these keys, in the order of `keyNames`. */
  of(keys: readonly string[]): PolicyState {
    return this.states.of(keys.length === 1 ? (keys[0] ?? "") : keys.join(between));
  }

  statistics(): readonly Statistics[] {
    const nowMs = this.runtime.turn.now();
    return this.states.all().map(({ key, breaker, bulkhead, budget, counters }) => ({
      policy: this.name,
      key: key.replaceAll(between, ", "),
      ...counters.counts(),
      circuit: breaker?.state(nowMs) ?? null,
      limit: bulkhead === null ? null : { active: bulkhead.active, waiting: bulkhead.waiting },
      budget: budget === null ? null : { available: budget.available(nowMs) },
      latency: latencyOf(counters.latency),
    }));
  }

  /** Decides by hand about the circuits that are known; about one where its key is given, known or not. */
  force(to: ForcedState | null, key?: string): void {
    const states = key === undefined ? this.states.all() : [this.states.of(key)];
    for (const state of states) state.breaker?.force(to, this.runtime.turn.now());
    this.forgetRefusals();
  }

  save(): readonly { readonly key: string; readonly breaker: BreakerSnapshot }[] {
    const { clock, turn } = this.runtime;
    return this.states.all().flatMap(({ key, breaker }) => {
      const snapshot = breaker?.snapshot(clock.wall(), turn.now());
      return snapshot === undefined ? [] : [{ key, breaker: snapshot }];
    });
  }

  restore(key: string, snapshot: BreakerSnapshot): void {
    const state = this.states.of(key);
    state.breaker?.restore(snapshot, this.runtime.clock.wall(), this.runtime.turn.now());
    this.forgetRefusals();
  }

  /** Several states may share one circuit, so what each remembers of it is out of date at once. */
  private forgetRefusals(): void {
    for (const state of this.states.all()) state.refusal = null;
  }

  private make(key: string): PolicyState {
    const { breaker, budget, limit, rate } = this.settings;
    const keys = key.split(between);
    const parts: Parts = {
      breaker: breaker && this.part("breaker", breaker.key, keys, () => this.makeBreaker(breaker, key)),
      budget: budget && this.part("budget", budget.key, keys, () => new RetryBudget(budget)),
      bulkhead:
        limit &&
        this.part("limit", limit.key, keys, () => new Bulkhead<Waiter>(limit.concurrent, limit.queue)),
      rate: rate && this.part("rate", rate.key, keys, () => new RateLimit(rate)),
    };
    return new PolicyState(key, parts);
  }

  private part<T>(part: Part, keyName: string | null, keys: readonly string[], make: () => T): T {
    const value = keyName === null ? "" : (keys[this.keyNames.indexOf(keyName)] ?? "");
    const name = `${part}${between}${value}`;
    const known = this.made.get(name) as T | undefined;
    // What is used counts as new: one that all states share must not be the first to go.
    if (known !== undefined) this.made.delete(name);
    const made = known ?? make();
    // One that is forgotten here lives on in the states that use it.
    if (this.made.size >= 4 * this.keysMax) this.made.delete(this.made.keys().next().value ?? "");
    this.made.set(name, made);
    return made;
  }

  private makeBreaker(declared: DeclaredBreaker, key: string): Breaker {
    const { events, random } = this.runtime;
    const told = { policy: this.name, key: key.replaceAll(between, ", ") };
    return new Breaker(breakerSettings(declared), random, (from, to) => {
      if (events.hearsFailures) events.emit({ type: "breaker.changed", ...told, from, to });
    });
  }
}

function breakerSettings(declared: DeclaredBreaker): BreakerSettings {
  const { open, slow } = declared;
  return {
    mode: declared.mode,
    windowMs: declared.windowMs ?? 0,
    windowCalls: declared.windowCalls ?? 0,
    minCalls: declared.minCalls,
    failureRate: declared.failureRate,
    consecutive: declared.consecutive ?? 0,
    slowOverMs: slow?.overMs ?? Number.POSITIVE_INFINITY,
    slowRate: slow?.rate ?? 1,
    openBaseMs: open.baseMs,
    openFactor: open.factor,
    openCapMs: open.capMs,
    openJitter: open.jitter,
    probes: declared.probes,
    probeSuccess: declared.probeSuccess,
    probeWaitMs: declared.probeWaitMs,
  };
}
