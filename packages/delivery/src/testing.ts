export { brokerConformance } from "./conformance/broker-conformance.ts";
export type { BrokerCase, BrokerSubject, OpenOptions } from "./conformance/broker-subject.ts";
export {
  type IdempotencyConformanceOptions,
  idempotencyConformance,
} from "./conformance/idempotency-conformance.ts";
export { memoryIdempotency } from "./conformance/idempotency-memory.ts";
export type { IdempotencySubject } from "./conformance/idempotency-subject.ts";
export { storeConformance } from "./conformance/store-conformance.ts";
export type { OpenedStore, StoreSubject } from "./conformance/store-subject.ts";
export { type CrashPoint, crashPoints, onCrashPoint } from "./crash-points.ts";
