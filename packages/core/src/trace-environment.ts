import { type Baggage, noBaggage, parseBaggage } from "./baggage.ts";
import { parseTraceparent, type TraceContext } from "./trace-context.ts";
import { traceHeaders } from "./trace-propagation.ts";
import { parseTraceState } from "./trace-state.ts";

/** The environment of a process, as `process.env` has it. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

/** What a process is told of the work that started it. */
export interface StartedBy {
  /** `null` where it is told none, or none that is valid. */
  readonly trace: TraceContext | null;
  readonly baggage: Baggage;
}

/**
 * Reads `TRACEPARENT`, `TRACESTATE` and `BAGGAGE`, the names that OpenTelemetry has for context in environment variables. What is not
 * valid is as good as not there. Never throws.
 */
export function startedBy(environment: Environment): StartedBy {
  const { TRACEPARENT: parent = "", TRACESTATE: states = "", BAGGAGE: baggage = "" } = environment;
  const context = parseTraceparent(parent);
  const traceState = context === null ? null : parseTraceState(states);
  return {
    trace: context === null || !traceState ? context : { ...context, traceState },
    baggage: baggage === "" ? noBaggage : parseBaggage(baggage),
  };
}

/**
 * An environment for a child process: a copy that tells it this trace and this baggage, and nothing of those that the process itself was
 * started with. `childOf` first, so that each child has a span of its own to answer for.
 */
export function environmentFor(
  environment: Environment,
  { trace, baggage }: StartedBy,
): Record<string, string | undefined> {
  const { TRACEPARENT: _parent, TRACESTATE: _states, BAGGAGE: _baggage, ...others } = environment;
  const told: Record<string, string | undefined> = others;
  if (trace !== null) {
    const { traceparent, tracestate } = traceHeaders(trace);
    told["TRACEPARENT"] = traceparent;
    if (tracestate !== undefined) told["TRACESTATE"] = tracestate;
  }
  if (baggage !== "") told["BAGGAGE"] = baggage;
  return told;
}
