import type { Counter, Histogram, Meter, ObservableGauge } from "@opentelemetry/api";

/** The instruments by what kind they are. */
export type CounterName =
  | "sent"
  | "consumed"
  | "publishFailures"
  | "routePauses"
  | "unconfirmed"
  | "duplicates"
  | "deadLettered"
  | "deadLetterActions"
  | "gaps"
  | "leasesLost"
  | "requests"
  | "sagas"
  | "errors";
export type HistogramName = "publishing" | "processing";
export type GaugeName =
  | "outboxMessages"
  | "outboxAge"
  | "outboxFailing"
  | "parkedMessages"
  | "parkedAge"
  | "deadLetters"
  | "deadLetterAge";

interface Declared {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

const counters: Readonly<Record<CounterName, Declared>> = {
  sent: {
    name: "messaging.client.sent.messages",
    unit: "{message}",
    description: "Messages that a broker was asked to take, by how that ended.",
  },
  consumed: {
    name: "messaging.client.consumed.messages",
    unit: "{message}",
    description: "Attempts of consumers to handle a message that came to an end.",
  },
  publishFailures: {
    name: "holdfast.delivery.publish.failures",
    unit: "{attempt}",
    description: "Attempts to publish that count against a message.",
  },
  routePauses: {
    name: "holdfast.delivery.route.pauses",
    unit: "{pause}",
    description: "Pauses of a route whose broker is down, refuses it, or does not confirm.",
  },
  unconfirmed: {
    name: "holdfast.delivery.unconfirmed",
    unit: "{message}",
    description: "Messages whose confirm never came: they may arrive twice.",
  },
  duplicates: {
    name: "holdfast.delivery.duplicates",
    unit: "{message}",
    description: "Messages that a consumer recognised and did not handle again.",
  },
  deadLettered: {
    name: "holdfast.delivery.dead_lettered",
    unit: "{message}",
    description: "Messages that were given up.",
  },
  deadLetterActions: {
    name: "holdfast.delivery.dead_letter.actions",
    unit: "{message}",
    description:
      "Dead letters that were redriven, skipped or discarded, and redriven ones that come back time and again.",
  },
  gaps: {
    name: "holdfast.delivery.gaps",
    unit: "{report}",
    description: "Reports of messages that have long been waiting for the one before them.",
  },
  leasesLost: {
    name: "holdfast.delivery.leases.lost",
    unit: "{lease}",
    description: "Leases that another worker took over while the first was still at work.",
  },
  requests: {
    name: "holdfast.delivery.idempotency.requests",
    unit: "{request}",
    description: "Requests with an idempotency key, by what was done: ran, replayed, refused.",
  },
  sagas: {
    name: "holdfast.delivery.saga.transitions",
    unit: "{transition}",
    description: "Sagas that were completed, compensated or got stuck.",
  },
  errors: {
    name: "holdfast.delivery.errors",
    unit: "{error}",
    description:
      "Failures around the messages, such as a database that does not answer; they are tried again.",
  },
};

const histograms: Readonly<Record<HistogramName, Declared>> = {
  publishing: {
    name: "messaging.client.operation.duration",
    unit: "s",
    description: "How long a broker took to say what became of a message.",
  },
  processing: {
    name: "messaging.process.duration",
    unit: "s",
    description: "How long an attempt to handle a message took, its transaction included.",
  },
};

const gauges: Readonly<Record<GaugeName, Declared>> = {
  outboxMessages: {
    name: "holdfast.delivery.outbox.messages",
    unit: "{message}",
    description: "Messages that no broker has confirmed yet.",
  },
  outboxAge: {
    name: "holdfast.delivery.outbox.age",
    unit: "s",
    description: "How long the oldest message has waited to be sent; 0 where none waits.",
  },
  outboxFailing: {
    name: "holdfast.delivery.outbox.failing",
    unit: "{message}",
    description: "Messages in the outbox that failed to be published at least once.",
  },
  parkedMessages: {
    name: "holdfast.delivery.parked.messages",
    unit: "{message}",
    description: "Messages that a consumer tries again later, or that wait for the one before them.",
  },
  parkedAge: {
    name: "holdfast.delivery.parked.age",
    unit: "s",
    description: "How long the oldest of them has been parked.",
  },
  deadLetters: {
    name: "holdfast.delivery.dead_letter.messages",
    unit: "{message}",
    description: "Messages that were given up and not redriven or discarded yet.",
  },
  deadLetterAge: {
    name: "holdfast.delivery.dead_letter.age",
    unit: "s",
    description: "How long ago the oldest of them was given up.",
  },
};

/** The buckets that the conventions recommend for durations of messaging, in seconds. */
const durationBuckets: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** Every instrument. */
export interface Instruments {
  readonly counters: Readonly<Record<CounterName, Counter>>;
  readonly histograms: Readonly<Record<HistogramName, Histogram>>;
  readonly gauges: Readonly<Record<GaugeName, ObservableGauge>>;
}

/** Makes the instruments. */
export function instrumentsOf(meter: Meter): Instruments {
  const advice = { explicitBucketBoundaries: [...durationBuckets] };
  return {
    counters: made(counters, ({ name, ...told }) => meter.createCounter(name, told)),
    histograms: made(histograms, ({ name, ...told }) => meter.createHistogram(name, { ...told, advice })),
    gauges: made(gauges, ({ name, ...told }) => meter.createObservableGauge(name, told)),
  };
}

function made<Name extends string, Instrument>(
  declared: Readonly<Record<Name, Declared>>,
  make: (one: Declared) => Instrument,
): Readonly<Record<Name, Instrument>> {
  const entries = Object.entries<Declared>(declared).map(([name, one]) => [name, make(one)] as const);
  return Object.fromEntries(entries) as Record<Name, Instrument>;
}
