import { type ErrorCode, errorCodes } from "./errors.ts";
import { Histogram } from "./histogram.ts";

/** What is counted for a policy and key, from the start of the process. */
export interface Counts {
  readonly calls: number;
  readonly successes: number;
  /** Calls that ended with a fallback's answer. */
  readonly fallbacks: number;
  /** Attempts begun; retries are those beyond one per call. */
  readonly attempts: number;
  readonly attemptFailures: number;
  readonly retries: number;
  /** Calls that ended badly, by code; those that never happened are left out. */
  readonly errors: Readonly<Partial<Record<ErrorCode, number>>>;
}

const calls = 0;
const successes = 1;
const fallbacks = 2;
const attempts = 3;
const attemptFailures = 4;
const retries = 5;
const firstError = 6;

/** Counters and the latencies of successful calls: typed arrays, so that counting allocates nothing. */
export class Counters {
  readonly latency: Histogram = new Histogram();
  private readonly values: Float64Array = new Float64Array(firstError + errorCodes.length);

  called(): void {
    this.add(calls);
  }

  attempted(): void {
    this.add(attempts);
  }

  succeeded(durationMs: number): void {
    this.add(successes);
    this.latency.record(durationMs);
  }

  fellBack(): void {
    this.add(fallbacks);
  }

  attemptFailed(): void {
    this.add(attemptFailures);
  }

  retried(): void {
    this.add(retries);
  }

  ended(code: ErrorCode): void {
    this.add(firstError + errorCodes.indexOf(code));
  }

  /** Whether a call has begun that has not ended: so its state is not forgotten. */
  get isUnderWay(): boolean {
    let ended = (this.values[successes] ?? 0) + (this.values[fallbacks] ?? 0);
    for (let index = firstError; index < this.values.length; index++) ended += this.values[index] ?? 0;
    return ended < (this.values[calls] ?? 0);
  }

  counts(): Counts {
    const at = (index: number): number => this.values[index] ?? 0;
    const errors = errorCodes.map((code, index) => [code, at(firstError + index)] as const);
    return {
      calls: at(calls),
      successes: at(successes),
      fallbacks: at(fallbacks),
      attempts: at(attempts),
      attemptFailures: at(attemptFailures),
      retries: at(retries),
      errors: Object.fromEntries(errors.filter(([, count]) => count > 0)),
    };
  }

  private add(index: number): void {
    this.values[index] = (this.values[index] ?? 0) + 1;
  }
}
