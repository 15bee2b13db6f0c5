export {
  type Backoff,
  backoffOf,
  longestWaitMs,
  nextWait,
  proportionalShare,
  type Wait,
  waitBounds,
  waits,
} from "./backoff.ts";
export {
  type Baggage,
  type BaggageChoice,
  type BaggageEntry,
  baggageBytesMax,
  baggageEntries,
  baggageEntriesMax,
  baggageValue,
  chosenBaggage,
  noBaggage,
  parseBaggage,
  withBaggageValue,
  withoutBaggageValue,
} from "./baggage.ts";
export { extractBaggage, injectBaggage } from "./baggage-propagation.ts";
export { formatByteSize, parseByteSize } from "./byte-size.ts";
export type { Clock } from "./clock.ts";
export { columnsOf, wrapped } from "./columns.ts";
export { defaults, horizonMs } from "./defaults.ts";
export { type BareNumbers, formatDuration, parseDuration } from "./duration.ts";
export { CodedError, invariant, isCodedError } from "./errors.ts";
export { describeFound } from "./found.ts";
export type { IncomingHeaders, OutgoingHeaders } from "./header-fields.ts";
export { formatHttpDate, parseHttpDate } from "./http-date.ts";
export { nearest } from "./nearest.ts";
export {
  ambiguousRetryWords,
  type BreakerMode,
  breakerModes,
  isAmbiguousRetryWord,
  type JitterKind,
  jitterKinds,
  type Policy,
  retryOnWords,
  type TimeoutMode,
  timeoutModes,
} from "./policy.ts";
export { policyDefaults } from "./policy-defaults.ts";
export { type PolicyReading, policyFields, policyShape, readPolicy } from "./policy-document.ts";
export { type PolicyNote, policyNotes } from "./policy-notes.ts";
export type { PolicySettings } from "./policy-settings.ts";
export { type PolicyNotBuilt, policyNotBuilt } from "./policy-shapes/not-built.ts";
export type { Random } from "./random.ts";
export { formatRatio, parseRatio } from "./ratio.ts";
export type { Reading } from "./reading.ts";
export { parseRetryAfter, type RetryAfterContext, retryAfterOf } from "./retry-after.ts";
export { isCredentialName, isSecretName } from "./secret-names.ts";
export { findSecrets } from "./secret-patterns.ts";
export { seededRandom } from "./seeded-random.ts";
export { settingsOf } from "./settings-of.ts";
export type { JsonSchema, Path, Problem, Shape } from "./shape.ts";
export { anyJson } from "./shapes/any-json.ts";
export { choice } from "./shapes/choice.ts";
export { defineShape, problemAt, type ShapeOptions, wrongType } from "./shapes/define.ts";
export { describe, type OptionRow } from "./shapes/describe.ts";
export { flag } from "./shapes/flag.ts";
export { type ListOptions, list } from "./shapes/list.ts";
export { bytes, type DurationOptions, duration, type NotationOptions, ratio } from "./shapes/notations.ts";
export { integer, type NumberOptions, number } from "./shapes/numbers.ts";
export {
  type Fields,
  type FieldsOf,
  type ObjectOptions,
  type ObjectShape,
  object,
  reportUnknownKeys,
  type ValueOf,
} from "./shapes/object.ts";
export { oneOf } from "./shapes/one-of.ts";
export { readShape } from "./shapes/read-shape.ts";
export { isMapping, type RecordOptions, record } from "./shapes/record.ts";
export { type TextOptions, text } from "./shapes/text.ts";
export { mapped, type OptionalShape, optional, refine } from "./shapes/wrap.ts";
export { systemClock } from "./system-clock.ts";
export { freshSeed, systemRandom } from "./system-random.ts";
export {
  childOf,
  formatTraceparent,
  newTraceContext,
  parseTraceparent,
  type TraceContext,
} from "./trace-context.ts";
export {
  type Environment,
  environmentFor,
  type StartedBy,
  startedBy,
} from "./trace-environment.ts";
export {
  continueTrace,
  extractTrace,
  injectTrace,
  type TraceHeaders,
  traceHeaders,
} from "./trace-propagation.ts";
export {
  parseTraceState,
  type TraceState,
  traceStateCharactersMax,
  traceStateValue,
  truncateTraceState,
  withoutTraceStateValue,
  withTraceStateValue,
} from "./trace-state.ts";
export {
  type Heading,
  headings,
  type ItemId,
  type ItemVerdict,
  items,
  itemVerdicts,
  type Severity,
  severities,
  type Verdict,
  verdicts,
} from "./vocabulary.ts";
