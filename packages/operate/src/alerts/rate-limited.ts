import { httpClient, resilience } from "../metrics/catalogue.ts";
import { equal } from "../metrics/selector.ts";
import type { ShareMode } from "./mode.ts";

/** A provider that asks for less. */
export const rateLimited: ShareMode = {
  kind: "share",
  name: "RateLimitedByProvider",
  says: "The provider refuses more than 5 % of the requests because there are too many of them.",
  remedy:
    "Find out who sends more than usual, then ask for a higher quota or set `rate` in the policy below it.",
  urgency: "ticket",
  of: "integration",
  reads: {
    resilience: {
      part: {
        metric: resilience.attemptFailures,
        matchers: [equal(resilience.label.failureClass, "throttled")],
      },
      whole: { metric: resilience.attempts, matchers: [] },
    },
    otel: {
      part: { metric: `${httpClient.duration}_count`, matchers: [equal(httpClient.label.status, "429")] },
      whole: { metric: `${httpClient.duration}_count`, matchers: [] },
    },
  },
  windowMs: 900_000,
  share: 0.05,
  partMin: 10,
};
