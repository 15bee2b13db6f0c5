import { resilience } from "../metrics/catalogue.ts";
import type { ShareMode } from "./mode.ts";

/** Retries that have become a load of their own. */
export const retryStorm: ShareMode = {
  kind: "share",
  name: "RetryStorm",
  says: "More than a tenth of the calls are tried again: the retries load a provider that is in trouble already.",
  remedy:
    "Look at what fails; if the provider is overloaded, lower the attempts or the retry budget before it recovers.",
  urgency: "ticket",
  of: "integration",
  reads: {
    resilience: {
      part: { metric: resilience.retries, matchers: [] },
      whole: { metric: resilience.calls, matchers: [] },
    },
  },
  windowMs: 900_000,
  share: 0.1,
  partMin: 20,
};
