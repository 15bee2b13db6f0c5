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
export { formatByteSize, parseByteSize } from "./byte-size.ts";
export type { Clock } from "./clock.ts";
export { defaults, horizonMs } from "./defaults.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { CodedError, invariant, isCodedError } from "./errors.ts";
export { describeFound } from "./found.ts";
export { formatHttpDate, parseHttpDate } from "./http-date.ts";
export { nearest } from "./nearest.ts";
export { type JitterKind, jitterKinds, type Policy, retryOnWords } from "./policy.ts";
export { type PolicyNote, policyFields, policyNotes, policyShape, readPolicy } from "./policy-document.ts";
export type { Random } from "./random.ts";
export { formatRatio, parseRatio } from "./ratio.ts";
export type { Reading } from "./reading.ts";
export { parseRetryAfter, type RetryAfterContext, retryAfterOf } from "./retry-after.ts";
export { seededRandom } from "./seeded-random.ts";
export type { JsonSchema, Path, Problem, Shape } from "./shape.ts";
export { anyJson } from "./shapes/any-json.ts";
export { choice } from "./shapes/choice.ts";
export { defineShape, problemAt, type ShapeOptions, wrongType } from "./shapes/define.ts";
export { describe, type OptionRow } from "./shapes/describe.ts";
export { flag } from "./shapes/flag.ts";
export { type ListOptions, list } from "./shapes/list.ts";
export { bytes, duration, type NotationOptions, ratio } from "./shapes/notations.ts";
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
export { freshSeed } from "./system-random.ts";
export { formatTraceparent, newTraceContext, parseTraceparent, type TraceContext } from "./trace-context.ts";
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
