import type { ConsumeEvent } from "./consume/events.ts";
import type { DeadLetterEvent } from "./dead-letters/events.ts";
import type { IdempotencyEvent } from "./idempotency/events.ts";
import type { LogEvent } from "./log/events.ts";
import type { RelayEvent } from "./relay/events.ts";
import type { SagaEvent } from "./saga/events.ts";

/** Everything that delivery reports, told apart by `type`. */
export type DeliveryEvent =
  | RelayEvent
  | LogEvent
  | ConsumeEvent
  | DeadLetterEvent
  | IdempotencyEvent
  | SagaEvent;

/** Takes an event. It must not throw, and nothing waits for it. */
export type Emit = (event: DeliveryEvent) => void;
