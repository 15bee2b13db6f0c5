export type {
  Broker,
  BrokerFinding,
  BrokerGuarantees,
  Delivery as IncomingDelivery,
  Outgoing,
  PublishEnd,
  Subscription,
  SubscriptionRequest,
} from "./broker.ts";
export type {
  Consumable,
  ConsumerDefinition,
  DataOf,
  GivenUp,
  HandlerContext,
  PrepareContext,
  SequenceOptions,
} from "./consume/definition.ts";
export type { Skipped } from "./consume/skip.ts";
export type { ConsumerStatistics } from "./consume/statistics.ts";
export { type DeadReason, deadReasons } from "./dead-letters/dead-letter.ts";
export type { DeadLetters } from "./dead-letters/dead-letters.ts";
export type { DeadLetterFilter } from "./dead-letters/filter.ts";
export type { RedriveOptions, RedriveResult } from "./dead-letters/redrive.ts";
export { delivery } from "./delivery.ts";
export type { DoctorLimits, Finding } from "./doctor/check.ts";
export type { DoctorReport } from "./doctor/index.ts";
export type { Envelope } from "./envelope.ts";
export { DeliveryError, type DeliveryErrorCode, isDeliveryError } from "./errors.ts";
export type { DeliveryEvent } from "./events.ts";
export type { Delivery, SequencePlace, TransactionContext } from "./facade/delivery-type.ts";
export type { ConsumeOptions, DeliveryOptions, PreparedWork, Role } from "./facade/options.ts";
export type { Brokers } from "./facade/route-table.ts";
export type { ConsumerGuarantee, RouteGuarantee } from "./guarantees.ts";
export type {
  AtomicContext,
  IdempotencyMode,
  IdempotencyStore,
  IdempotentContext,
  IdempotentHandler,
  IdempotentOptions,
  IdempotentRoute,
  LeaseContext,
  TxContext,
} from "./idempotency/index.ts";
export {
  isMessage,
  type Message,
  type MessageDefinition,
  type MessageOptions,
  type MessageType,
  type MessageValueOptions,
  message,
} from "./message.ts";
export type { PlainMigration } from "./migrations.ts";
export { permanent } from "./permanent.ts";
export type { Lineage } from "./publisher.ts";
export type { RelayOptions } from "./relay/options.ts";
export type { RelayStatistics } from "./relay/relay.ts";
export { type CompensatableSaga, type ForwardSaga, type SagaOptions, saga } from "./saga/builder.ts";
export type { StepContext, UndoContext } from "./saga/context.ts";
export type { SagaDefinition } from "./saga/definition.ts";
export type { Kept } from "./saga/kept.ts";
export type { SagaStepView, SagaSummary, SagaView } from "./saga/read.ts";
export { type ForeverOptions, type ForeverRetry, forever, type LimitedRetry } from "./saga/retry-policy.ts";
export type { Sagas, SagasFilter } from "./saga/sagas.ts";
export type { SagaWorkerOptions } from "./saga/settings.ts";
export type { Started, StartOptions } from "./saga/start.ts";
export type { CompensatableStep, ForwardStep, LockOptions, WaitOptions } from "./saga/step-options.ts";
export type { SchemaInput, SchemaOutput, StandardSchema } from "./standard-schema.ts";
export type { Backlog } from "./statistics.ts";
export type { Session, Store, StoreGuarantees, TransactionOptions } from "./store.ts";
export type { Ambient, Calling, Handling, Tracing } from "./tracing.ts";
export type { Dialect, SyncTx, Tx } from "./tx.ts";
