import { type PolicySettings, type Random, seededRandom } from "@holdfast/core";
import { retryStep, retryWaitsOf } from "../../call/retry-step.ts";
import type { Failure } from "../../failure.ts";
import { Breaker } from "../../state/breaker.ts";
import { outcomeFailure, outcomeSuccess } from "../../state/breaker-settings.ts";
import { RetryBudget } from "../../state/budget.ts";
import { Bulkhead, type Waiter } from "../../state/bulkhead.ts";
import { Flight } from "../../state/flight.ts";

/** What happens to the calls of a simulation. */
export interface World {
  readonly seed: number;
  readonly ratePerSecond: number;
  /** Calls begin until then. */
  readonly endMs: number;
  /** Whether an attempt that begins at this time fails. */
  fails(nowMs: number, random: Random): boolean;
  /** How long a failing attempt takes if nothing cuts it short; others take no time. */
  readonly failingMs: number;
  readonly failure?: Failure;
}

/** A call that has ended. */
export interface SimulatedCall {
  readonly startedMs: number;
  readonly endedMs: number;
  readonly attempts: number;
  /** Attempts that took as long as they may. */
  readonly whole: number;
  readonly waits: readonly number[];
  readonly succeeded: boolean;
}

/** What a simulation came to. */
export interface Simulated {
  readonly calls: readonly SimulatedCall[];
  /** When the circuit changed, and to what. */
  readonly changes: readonly { readonly to: string; readonly atMs: number }[];
}

const lost: Failure = { class: "ambiguous", counts: true, word: "timeout" };

interface Event {
  readonly atMs: number;
  readonly run: (nowMs: number) => void;
}

/** A queue of what is due, in order of time, and of arrival where times are equal. */
class Agenda {
  readonly #events: Event[] = [];

  add(atMs: number, run: (nowMs: number) => void): void {
    const after = this.#events.findLastIndex((event) => event.atMs <= atMs);
    this.#events.splice(after + 1, 0, { atMs, run });
  }

  play(): void {
    for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift())
      next.run(next.atMs);
  }
}

/** Plays calls through the runtime's own decisions and state machines: retries, budget, breaker, and places without a queue. */
export function simulate(settings: PolicySettings, world: World): Simulated {
  const random = seededRandom(world.seed);
  const agenda = new Agenda();
  const changes: { to: string; atMs: number }[] = [];
  const budget = settings.budget === null ? null : new RetryBudget(settings.budget);
  const breaker =
    settings.breaker === null
      ? null
      : new Breaker(breakerSettingsOf(settings.breaker), random, (_, to, atMs) => changes.push({ to, atMs }));
  const places = settings.limit === null ? null : new Bulkhead<Waiter>(settings.limit.concurrent, 0);
  const calls: SimulatedCall[] = [];
  const everyMs = 1_000 / world.ratePerSecond;
  const begin = (index: number): void =>
    agenda.add(index * everyMs, (nowMs) => {
      if ((index + 1) * everyMs < world.endMs) begin(index + 1);
      if (places?.enter({ waiterBefore: null, waiterAfter: null, waitsIn: null }) === "full") return;
      budget?.deposit(nowMs);
      call({ settings, world, random, agenda, budget, breaker, places, calls }, nowMs);
    });
  begin(0);
  agenda.play();
  return { calls, changes };
}

interface Running {
  readonly settings: PolicySettings;
  readonly world: World;
  readonly random: Random;
  readonly agenda: Agenda;
  readonly budget: RetryBudget | null;
  readonly breaker: Breaker | null;
  readonly places: Bulkhead<Waiter> | null;
  readonly calls: SimulatedCall[];
}

function call(running: Running, startedMs: number): void {
  const { settings, world, random, agenda, budget, breaker, places, calls } = running;
  const retryWaits = retryWaitsOf(settings);
  const dueMs = startedMs + (settings.deadlineMs ?? Number.POSITIVE_INFINITY);
  const wholeMs = Math.min(world.failingMs, settings.attemptTimeoutMs ?? Number.POSITIVE_INFINITY);
  const failure = world.failure ?? lost;
  const waits: number[] = [];
  let attempts = 0;
  let whole = 0;
  let memory: number | null = null;
  const end = (endedMs: number, succeeded: boolean): void => {
    places?.leave();
    calls.push({ startedMs, endedMs, attempts, whole, waits, succeeded });
  };
  const attempt = (nowMs: number): void => {
    const flight = new Flight();
    if (breaker?.admit(flight, nowMs) === false) {
      end(nowMs, false);
      return;
    }
    attempts++;
    if (!world.fails(nowMs, random)) {
      breaker?.settle(flight, nowMs, outcomeSuccess);
      end(nowMs, true);
      return;
    }
    if (nowMs + wholeMs <= dueMs) whole++;
    agenda.add(Math.min(dueMs, nowMs + wholeMs), (failedMs) => {
      breaker?.settle(flight, failedMs, outcomeFailure);
      const facts = {
        attempts,
        failure,
        retriable: nowMs + wholeMs <= dueMs,
        remainingMs: dueMs - failedMs,
        memory,
      };
      const step = retryStep(retryWaits, facts, random);
      if (step.again && budget?.tryWithdraw(failedMs) !== false) {
        memory = step.memory;
        waits.push(step.waitMs);
        agenda.add(failedMs + step.waitMs, attempt);
      } else end(failedMs, false);
    });
  };
  attempt(startedMs);
}

/** The settings of a breaker as its state machine takes them. */
function breakerSettingsOf(
  breaker: NonNullable<PolicySettings["breaker"]>,
): ConstructorParameters<typeof Breaker>[0] {
  const { open, slow, windowMs, windowCalls, consecutive, ...same } = breaker;
  return {
    ...same,
    windowMs: windowMs ?? 0,
    windowCalls: windowCalls ?? 0,
    consecutive: consecutive ?? 0,
    slowOverMs: slow?.overMs ?? Number.POSITIVE_INFINITY,
    slowRate: slow?.rate ?? 1,
    openBaseMs: open.baseMs,
    openFactor: open.factor,
    openCapMs: open.capMs,
    openJitter: open.jitter,
  };
}
