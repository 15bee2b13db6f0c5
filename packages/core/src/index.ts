export type { Clock } from "./clock.ts";
export { CodedError, invariant, isCodedError } from "./errors.ts";
export { type JitterKind, jitterKinds, type Policy, retryOnWords } from "./policy.ts";
export type { JsonSchema, Path, Problem, Shape } from "./shape.ts";
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
