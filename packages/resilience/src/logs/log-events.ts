import type { ResilienceEvent } from "../events.ts";
import type { Runtime } from "../runtime.ts";
import { type ContextFieldOptions, contextFields } from "./context-fields.ts";
import { type LogFields, logFields } from "./fields.ts";
import { type LogLevel, type LogLevels, levelsDefault, subjectOf } from "./levels.ts";
import { lineOf } from "./line.ts";

type Method = (...args: never[]) => unknown;

/** A logger with a method for each level: pino, winston, the console, and those that are called as they are. */
export interface Logger {
  readonly error: Method;
  readonly warn: Method;
  readonly info: Method;
  readonly debug: Method;
}

/** Takes a line, for loggers that are called in another way. */
export type LogSink = (level: LogLevel, message: string, fields: LogFields) => void;

/** How events are logged. */
export interface LogOptions extends ContextFieldOptions {
  /** How loud each kind of line is, where not as usual; `null` for none. By default a success is not told. */
  readonly levels?: LogLevels;
}

/**
 * Logs what happens in a runtime: a line for each retry, for each change of a circuit and for each call that ends badly, with the
 * fields of `logFields`, and of `contextFields` where it is told about a call. Returns what stops it.
 */
export function logEvents(runtime: Runtime, logger: Logger | LogSink, options: LogOptions = {}): () => void {
  const levels = { ...levelsDefault, ...options.levels };
  const write = typeof logger === "function" ? logger : sinkOf(logger);
  return runtime.observe((event: ResilienceEvent) => {
    const subject = subjectOf(event);
    const level = subject === null ? null : levels[subject];
    if (!level) return;
    // A circuit belongs to all calls, and to no trace.
    const whose = event.type === "breaker.changed" ? {} : contextFields(options);
    write(level, lineOf(event), { ...logFields(event), ...whose });
  });
}

/** Pino, and bunyan before it, take the fields first and everybody else the message. */
function sinkOf(logger: Logger): LogSink {
  const fieldsFirst = "bindings" in logger && typeof logger.bindings === "function";
  return (level, message, fields) => {
    const method = logger[level].bind(logger) as (...args: readonly unknown[]) => unknown;
    if (fieldsFirst) method(fields, message);
    else method(message, fields);
  };
}
