/**
 * What is needed of OpenTelemetry's meter, said without importing it: its own meter is one, and so is what writes for Prometheus in a
 * process that has no OpenTelemetry.
 */
export interface MeterPart {
  createCounter(name: string, told: InstrumentTold): CounterPart;
  createHistogram(name: string, told: InstrumentTold): HistogramPart;
  createObservableCounter(name: string, told: InstrumentTold): ObservedPart;
  createObservableUpDownCounter(name: string, told: InstrumentTold): ObservedPart;
  createObservableGauge(name: string, told: InstrumentTold): ObservedPart;
  addBatchObservableCallback(read: (result: ReadResult) => void, instruments: ObservedPart[]): void;
  removeBatchObservableCallback(read: (result: ReadResult) => void, instruments: ObservedPart[]): void;
}

/** What an instrument says of itself. */
export interface InstrumentTold {
  readonly unit?: string;
  readonly description?: string;
  readonly advice?: { explicitBucketBoundaries?: number[] };
}

/** Attributes of a measurement; all of ours are texts. */
export type Attributes = Record<string, string>;

export interface CounterPart {
  add(value: number, attributes: Attributes): void;
}

export interface HistogramPart {
  record(value: number, attributes: Attributes): void;
}

/** An instrument whose values are told when somebody reads them. */
export type ObservedPart = object;

/** Takes what is told then. */
export interface ReadResult {
  observe(instrument: ObservedPart, value: number, attributes: Attributes): void;
}
