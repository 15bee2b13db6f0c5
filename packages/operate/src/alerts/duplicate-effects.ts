import { delivery } from "../metrics/catalogue.ts";
import type { ShareMode } from "./mode.ts";

/** Messages that come again and again: whatever is not deduplicated happens twice. */
export const duplicateEffects: ShareMode = {
  kind: "share",
  name: "DuplicateEffects",
  says: "For ten messages that are handled, more than one comes that was handled before: effects outside of the inbox happen twice.",
  remedy:
    "See who sends or redelivers them, and whether every handler's effects are behind the inbox or a key.",
  urgency: "ticket",
  of: "service",
  reads: {
    delivery: {
      part: { metric: delivery.duplicates, matchers: [] },
      whole: { metric: delivery.consumed, matchers: [] },
    },
  },
  windowMs: 1_800_000,
  share: 0.1,
  partMin: 20,
};
