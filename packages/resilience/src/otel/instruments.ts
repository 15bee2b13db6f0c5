import type { CounterPart, HistogramPart, MeterPart, ObservedPart } from "./meter-part.ts";

/** What an instrument is called, what it counts, and what that says. */
interface Declared {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

/** Read whenever somebody collects: what the runtime counts in any case, and how things stand. */
const read = {
  calls: {
    name: "holdfast.resilience.calls",
    unit: "{call}",
    description: "Calls that ended, by how they did: success, fallback, or the code of their error.",
  },
  attempts: {
    name: "holdfast.resilience.attempts",
    unit: "{attempt}",
    description: "Attempts that began; those beyond one per call are retries.",
  },
  retries: {
    name: "holdfast.resilience.retries",
    unit: "{retry}",
    description: "Failed attempts that were to be made again.",
  },
  breakerState: {
    name: "holdfast.resilience.breaker.state",
    unit: "{breaker}",
    description: "Breakers by state: 1 for the state in which the breaker of a key is, and 0 for the others.",
  },
  budgetAvailable: {
    name: "holdfast.resilience.budget.available",
    unit: "{retry}",
    description: "Retries that the budget would allow now.",
  },
  limitActive: {
    name: "holdfast.resilience.limit.active",
    unit: "{call}",
    description: "Calls that have a place of their policy's limit.",
  },
  limitWaiting: {
    name: "holdfast.resilience.limit.waiting",
    unit: "{call}",
    description: "Calls that wait for a place of their policy's limit.",
  },
} as const satisfies Readonly<Record<string, Declared>>;

/** Measured as it happens: what only events tell. */
const measured = {
  duration: {
    name: "holdfast.resilience.call.duration",
    unit: "s",
    description: "How long calls took from begin to end, waits included.",
  },
  attemptFailures: {
    name: "holdfast.resilience.attempt.failures",
    unit: "{attempt}",
    description: "Attempts that failed, by the class of the failure.",
  },
  fallbacks: {
    name: "holdfast.resilience.fallbacks",
    unit: "{call}",
    description: "Calls that a fallback answered, by what it stood in for.",
  },
  budgetRefusals: {
    name: "holdfast.resilience.budget.refusals",
    unit: "{retry}",
    description: "Retries that were not made because the retry budget was spent.",
  },
  transitions: {
    name: "holdfast.resilience.breaker.transitions",
    unit: "{transition}",
    description: "Changes of a breaker's state.",
  },
} as const satisfies Readonly<Record<string, Declared>>;

/** The buckets that the conventions recommend for durations of requests, in seconds. */
const durationBuckets: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** The instruments that are read. */
export type ReadInstruments = Readonly<
  Record<
    "calls" | "attempts" | "retries" | "breakerState" | "budgetAvailable" | "limitActive" | "limitWaiting",
    ObservedPart
  >
>;

/** The instruments that are measured. */
export type MeasuredInstruments = Readonly<
  Record<"attemptFailures" | "fallbacks" | "budgetRefusals" | "transitions", CounterPart>
> & { readonly duration: HistogramPart };

/** Makes the instruments that are read. */
export function readInstruments(meter: MeterPart): ReadInstruments {
  const counter = ({ name, ...told }: Declared) => meter.createObservableCounter(name, told);
  const level = ({ name, ...told }: Declared) => meter.createObservableUpDownCounter(name, told);
  const gauge = ({ name, ...told }: Declared) => meter.createObservableGauge(name, told);
  return {
    calls: counter(read.calls),
    attempts: counter(read.attempts),
    retries: counter(read.retries),
    breakerState: gauge(read.breakerState),
    budgetAvailable: gauge(read.budgetAvailable),
    limitActive: level(read.limitActive),
    limitWaiting: level(read.limitWaiting),
  };
}

/** Makes the instruments that are measured. */
export function measuredInstruments(meter: MeterPart): MeasuredInstruments {
  const counter = ({ name, ...told }: Declared) => meter.createCounter(name, told);
  const { name, ...told } = measured.duration;
  const advice = { explicitBucketBoundaries: [...durationBuckets] };
  return {
    duration: meter.createHistogram(name, { ...told, advice }),
    attemptFailures: counter(measured.attemptFailures),
    fallbacks: counter(measured.fallbacks),
    budgetRefusals: counter(measured.budgetRefusals),
    transitions: counter(measured.transitions),
  };
}
