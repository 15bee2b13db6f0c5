import { resilience } from "../metrics/catalogue.ts";
import type { ShareMode } from "./mode.ts";

/** A retry budget that refuses what is to be tried again. */
export const budgetSpent: ShareMode = {
  kind: "share",
  name: "RetryBudgetSpent",
  says: "The retry budget is spent: more than 1 % of the calls end because they may not be tried again.",
  remedy: "Look at what fails; the budget keeps the retries from making it worse, so raise it last.",
  urgency: "ticket",
  needs: "budget",
  of: "integration",
  reads: {
    resilience: {
      part: { metric: resilience.budgetRefusals, matchers: [] },
      whole: { metric: resilience.calls, matchers: [] },
    },
  },
  windowMs: 900_000,
  share: 0.01,
  partMin: 10,
};
