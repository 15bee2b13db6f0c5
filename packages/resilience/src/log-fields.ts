export { type ContextFieldOptions, contextFields } from "./logs/context-fields.ts";
export { type LogFields, logFields } from "./logs/fields.ts";
export type { LogLevel, LogLevels, LogSubject } from "./logs/levels.ts";
export { type Logger, type LogOptions, type LogSink, logEvents } from "./logs/log-events.ts";
