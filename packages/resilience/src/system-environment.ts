import {
  type BaggageChoice,
  childOf,
  chosenBaggage,
  type Environment,
  environmentFor,
  noBaggage,
  startedBy,
  systemRandom,
} from "@holdfast/core";
import { currentBaggage, currentTrace, runStarted } from "./system-ambient.ts";

/** What a child process is told. */
export interface ChildEnvironmentOptions {
  /** Which entries of the current baggage it is told, by their keys; default `none`: a tool may log its environment. */
  readonly baggage?: BaggageChoice;
  /** What else stands in its environment; default that of this process. */
  readonly environment?: Environment;
}

/**
 * The environment of a child process, with the current trace in `TRACEPARENT` and `TRACESTATE`, the names that OpenTelemetry reads:
 * `spawn(command, { env: childEnvironment() })`. Each child gets a span of its own; what this process was started with is not passed on.
 */
export function childEnvironment(options: ChildEnvironmentOptions = {}): Record<string, string | undefined> {
  const { baggage = "none", environment = process.env } = options;
  const trace = currentTrace();
  return environmentFor(environment, {
    trace: trace === null ? null : childOf(trace, systemRandom),
    baggage: baggage === "none" ? noBaggage : chosenBaggage(currentBaggage(), baggage),
  });
}

/**
 * Runs `work`, a command or a job, inside the trace and the baggage with which this process was started: what it calls and logs belongs
 * to whoever started it. Where it was started with none, `work` runs as ever.
 */
export function insideEnvironment<T>(work: () => T, environment: Environment = process.env): T {
  return runStarted(startedBy(environment), work);
}
