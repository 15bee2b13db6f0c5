import { delivery } from "../metrics/catalogue.ts";
import type { LevelMode } from "./mode.ts";

/** Messages that were given up, and that nobody looked at: one alone makes no growth. */
export const deadLettersForgotten: LevelMode = {
  kind: "level",
  name: "DeadLettersForgotten",
  says: "A message was given up more than a day ago and nobody has redriven or discarded it.",
  remedy: "Look at it with holdfast dead-letters list, then redrive or discard it: later it may do harm.",
  urgency: "ticket",
  of: "service",
  reads: { delivery: { metric: delivery.deadLetterAge, matchers: [] } },
  above: 86_400,
  forMs: 900_000,
  heldMs: null,
};
