import type { Attributes, HistogramPart, InstrumentTold, MeterPart, ReadResult } from "../otel/meter-part.ts";
import { Durations } from "./durations.ts";
import { Metric } from "./metric.ts";

/** A meter that keeps what it is told and writes it for Prometheus. */
export class PrometheusMeter implements MeterPart {
  private readonly keys: boolean;
  private readonly metrics: (Metric | Durations)[] = [];
  private readonly observed: Metric[] = [];
  private readonly reads = new Set<(result: ReadResult) => void>();
  /** The one histogram there is: its values are told to it without attributes, so that nothing is allocated. */
  durations: Durations | null = null;

  constructor(keys: boolean) {
    this.keys = keys;
  }

  createCounter(name: string, told: InstrumentTold): Metric {
    return this.made(new Metric(name, "counter", told));
  }

  createObservableCounter(name: string, told: InstrumentTold): Metric {
    return this.madeObserved(new Metric(name, "counter", told));
  }

  createObservableUpDownCounter(name: string, told: InstrumentTold): Metric {
    return this.madeObserved(new Metric(name, "gauge", told));
  }

  createObservableGauge(name: string, told: InstrumentTold): Metric {
    return this.madeObserved(new Metric(name, "gauge", told));
  }

  createHistogram(name: string, { description = "", advice = {} }: InstrumentTold): HistogramPart {
    const edges = advice.explicitBucketBoundaries ?? [];
    this.durations = this.made(new Durations(name, { edges, description, keys: this.keys }));
    return { record: () => {} };
  }

  addBatchObservableCallback(read: (result: ReadResult) => void): void {
    this.reads.add(read);
  }

  removeBatchObservableCallback(read: (result: ReadResult) => void): void {
    this.reads.delete(read);
  }

  /** All metrics as they are now; what nobody tells any more, as it was told last. */
  text(): string {
    if (this.reads.size > 0) for (const metric of this.observed) metric.clear();
    const observe = (metric: object, value: number, attributes: Attributes): void =>
      (metric as Metric).set(value, attributes);
    for (const read of this.reads) read({ observe });
    return this.metrics.map((metric) => metric.text()).join("");
  }

  private made<M extends Metric | Durations>(metric: M): M {
    this.metrics.push(metric);
    return metric;
  }

  private madeObserved(metric: Metric): Metric {
    this.observed.push(metric);
    return this.made(metric);
  }
}
