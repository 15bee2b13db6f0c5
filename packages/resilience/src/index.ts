export type { Bindings, FallbackFunction, KeyFunction } from "./bindings.ts";
export { classifiers } from "./classify/index.ts";
export type { CallContext, CallOptions } from "./context.ts";
export type { Counts } from "./counters.ts";
export {
  type CallError,
  type ErrorCode,
  errorCodes,
  isCallError,
  ResilienceError,
} from "./errors.ts";
export type {
  AttemptEnded,
  AttemptStarted,
  BreakerChanged,
  CallEnded,
  EventListener,
  ResilienceEvent,
  RetryWaiting,
} from "./events.ts";
export type { Explanation } from "./explain/explanation.ts";
export { explanationMarkdown } from "./explain/markdown.ts";
export { explanationText } from "./explain/text.ts";
export { type ExplainContext, explain } from "./explain.ts";
export {
  type AttemptEnd,
  type Classifier,
  type Failure,
  type FailureClass,
  failureClasses,
} from "./failure.ts";
export { type LintContext, lint } from "./lint.ts";
export { type LintFinding, type LintRule, type LintSeverity, lintSeverities } from "./lint-rule.ts";
export { lintRules } from "./lint-rules/index.ts";
export { parsePolicy, policy } from "./policy.ts";
export type { PolicyDocument } from "./policy-types.ts";
export { type Outcome, type Protected, resilient } from "./resilient.ts";
export { Runtime, type RuntimeSnapshot } from "./runtime.ts";
export type { Statistics } from "./statistics.ts";
export { createRuntime, defaultRuntime, eventChannelName, type RuntimeOptions } from "./system-runtime.ts";
export { clockTimers, type Timer, type Timers } from "./timers.ts";
