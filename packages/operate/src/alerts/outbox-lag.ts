import { delivery } from "../metrics/catalogue.ts";
import type { LevelMode } from "./mode.ts";

/** Messages that are committed and do not leave. */
export const outboxLag: LevelMode = {
  kind: "level",
  name: "OutboxLag",
  says: "The oldest message in the outbox has waited for more than 5 minutes: others do not hear what this service did.",
  remedy:
    "See whether the relay runs and reaches its broker: holdfast outbox status, then holdfast outbox doctor.",
  urgency: "page",
  of: "service",
  reads: { delivery: { metric: delivery.outboxAge, matchers: [] } },
  above: 300,
  forMs: 300_000,
  heldMs: null,
};
