export {
  type Idempotency,
  type IdempotentHandler,
  type IdempotentRoute,
  idempotency,
} from "./idempotent.ts";
export type {
  AtomicContext,
  IdempotencyMode,
  IdempotentContext,
  IdempotentOptions,
  LeaseContext,
  TxContext,
} from "./options.ts";
export type { IdempotencyStore } from "./record.ts";
export { sqlIdempotency } from "./sql-records.ts";
export { sweepIdempotency } from "./sweep.ts";
