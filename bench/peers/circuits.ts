import { CircuitState, CountBreaker, circuitBreaker, handleWhen, SamplingBreaker } from "cockatiel";
import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { OpossumBreaker } from "../resilience/opossum.ts";
import { ours, type Run, type Runs, type Seen } from "./scenario.ts";

/** A circuit breaker, whichever library it is from. */
export interface Circuit {
  call(work: () => unknown, signal?: AbortSignal): Promise<unknown>;
  state(): "closed" | "open" | "half-open";
  /** How often it has opened. */
  openings(): number;
  end(): void;
}

/** What a scenario asks of a circuit breaker; the rate at which it opens is about a half everywhere. */
export interface CircuitSettings {
  /** Failures that open it, when nothing succeeds. */
  readonly failures: number;
  readonly openMs: number;
  /** The window in time; without one it counts calls where the library can. */
  readonly windowMs?: number;
  /** Listens to successes. */
  readonly onSuccess?: () => void;
  /** Which errors speak against the provider; default all. */
  readonly isFailure?: (error: unknown) => boolean;
}

const everything = (): boolean => true;

/** Plays a scenario on every library that has a circuit breaker. */
export function onCircuits(settings: CircuitSettings, scenario: (circuit: Circuit) => Promise<Seen>): Runs {
  const on =
    (make: (settings: CircuitSettings) => Circuit): Run =>
    async () => {
      const circuit = make(settings);
      try {
        return await scenario(circuit);
      } finally {
        circuit.end();
      }
    };
  return { cockatiel: on(cockatielCircuit), opossum: on(opossumCircuit), [ours]: on(ownCircuit) };
}

function cockatielCircuit({
  failures,
  openMs,
  windowMs,
  onSuccess,
  isFailure = everything,
}: CircuitSettings): Circuit {
  const breaker =
    windowMs === undefined
      ? new CountBreaker({ threshold: 0.5, size: 10, minimumNumberOfCalls: failures })
      : new SamplingBreaker({
          threshold: 0.5,
          duration: windowMs,
          minimumRps: (failures / windowMs) * 1_000,
        });
  const circuit = circuitBreaker(handleWhen(isFailure), { halfOpenAfter: openMs, breaker });
  let openings = 0;
  circuit.onBreak(() => void openings++);
  if (onSuccess !== undefined) circuit.onSuccess(onSuccess);
  return {
    call: (work, signal) => circuit.execute(async () => await work(), signal),
    state: () => {
      if (circuit.state === CircuitState.Closed) return "closed";
      return circuit.state === CircuitState.HalfOpen ? "half-open" : "open";
    },
    openings: () => openings,
    end() {},
  };
}

function opossumCircuit({
  failures,
  openMs,
  windowMs = 10_000,
  onSuccess,
  isFailure = everything,
}: CircuitSettings): Circuit {
  const circuit = new OpossumBreaker((work: () => unknown) => work(), {
    timeout: false,
    volumeThreshold: failures,
    // It counts calls that have begun; below a half, so that one failure opens it beside one call under way.
    errorThresholdPercentage: 40,
    resetTimeout: openMs,
    rollingCountTimeout: windowMs,
    errorFilter: (error: unknown) => !isFailure(error),
  });
  let openings = 0;
  circuit.on("open", () => void openings++);
  if (onSuccess !== undefined) circuit.on("success", onSuccess);
  return {
    call: (work) => circuit.fire(work),
    state: () => {
      if (circuit.opened) return "open";
      return circuit.halfOpen ? "half-open" : "closed";
    },
    openings: () => openings,
    end: () => circuit.shutdown(),
  };
}

function ownCircuit({ failures, openMs, windowMs = 10_000, onSuccess }: CircuitSettings): Circuit {
  const runtime = createRuntime();
  let openings = 0;
  runtime.observe((event) => {
    if (event.type === "breaker.changed" && event.to === "open") openings++;
    if (event.type === "call.ended" && event.code === null) onSuccess?.();
  });
  const breaker = {
    window: windowMs,
    minCalls: failures,
    failureRate: 0.5,
    open: { base: openMs, cap: Math.max(openMs, 1_000), jitter: 0 },
    probes: 1,
    probeWait: openMs,
  };
  const document = policy({ name: "circuit", breaker });
  const call = resilient(document, (_context, work: () => unknown) => work(), { runtime });
  return {
    call: (work, signal) => call.with(signal === undefined ? {} : { signal }, work),
    state: () => runtime.statistics()[0]?.circuit as ReturnType<Circuit["state"]>,
    openings: () => openings,
    end: () => runtime.dispose(),
  };
}
