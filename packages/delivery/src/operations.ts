/** What operators' tools need of a store, without a delivery around it: `holdfast dead-letters` and `holdfast outbox` are made of it. */
export type { FailedAttempt } from "./dead-letters/dead-letter.ts";
export { type DeadReason, deadReasons } from "./dead-letters/dead-letter.ts";
export { type DeadLetters, deadLetters } from "./dead-letters/dead-letters.ts";
export type { DiscardOptions, DiscardResult } from "./dead-letters/discard.ts";
export type { DeadLetterFilter, Moment } from "./dead-letters/filter.ts";
export type { ListOptions, ShownLetter } from "./dead-letters/list.ts";
export type { AuditEntry, DeadLetter, DeadLetterSummary } from "./dead-letters/read.ts";
export type { RedriveOptions, RedriveResult } from "./dead-letters/redrive.ts";
export type { DeadLetterGroup, DeadLetterStatistics } from "./dead-letters/statistics.ts";
export type { DoctorLimits, Finding } from "./doctor/check.ts";
export { type DoctorOptions, type DoctorReport, doctor } from "./doctor/index.ts";
export type { DeliveryEvent } from "./events.ts";
export { migrate } from "./migrations.ts";
export {
  listSagas,
  type SagaFilter,
  type SagaStepView,
  type SagaSummary,
  type SagaView,
  showSaga,
} from "./saga/read.ts";
export { sagaRegistry } from "./saga/registry.ts";
export { type Retried, retrySaga } from "./saga/retry.ts";
export { sagaStatuses } from "./saga/saga-state.ts";
export { migrations } from "./schema.ts";
export { type Backlog, backlog, type OutboxBacklog, type ParkedBacklog } from "./statistics.ts";
