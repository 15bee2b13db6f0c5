import { delivery } from "../metrics/catalogue.ts";
import type { LevelMode } from "./mode.ts";

/** Messages that arrived and are not done. */
export const consumerLag: LevelMode = {
  kind: "level",
  name: "ConsumerLag",
  says: "A message that a consumer has received has waited for more than 15 minutes to be handled.",
  remedy: "Look at why its handler fails; messages of the same key wait behind it.",
  urgency: "ticket",
  of: "service",
  reads: { delivery: { metric: delivery.parkedAge, matchers: [] } },
  above: 900,
  forMs: 300_000,
  heldMs: null,
};
