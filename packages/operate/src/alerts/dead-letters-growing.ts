import { delivery } from "../metrics/catalogue.ts";
import type { GrowthMode } from "./mode.ts";

/** Messages that were given up. */
export const deadLettersGrowing: GrowthMode = {
  kind: "growth",
  name: "DeadLettersGrowing",
  says: "At least 3 messages were given up within an hour: what they should have brought about has not happened.",
  remedy: "See what they have in common: holdfast dead-letters list; mend that, then redrive them.",
  urgency: "ticket",
  of: "service",
  reads: { delivery: { metric: delivery.deadLetters, matchers: [] } },
  windowMs: 3_600_000,
  byMin: 3,
};
