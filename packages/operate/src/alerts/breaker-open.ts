import { resilience } from "../metrics/catalogue.ts";
import type { LevelMode } from "./mode.ts";

/** A circuit that does not close again. While it probes it is not closed either, so half-open counts. */
export const breakerOpen: LevelMode = {
  kind: "level",
  name: "CircuitBreakerOpen",
  says: "A circuit breaker kept opening, or stayed open, for some minutes: calls are refused without being tried.",
  remedy: "Look at why the provider fails; the circuit closes by itself when its probes succeed.",
  urgency: "ticket",
  needs: "breaker",
  of: "integration",
  reads: {
    resilience: {
      metric: resilience.breakerState,
      matchers: [{ label: resilience.label.state, is: "=~", value: "open|half-open|forced-open" }],
    },
  },
  above: 0,
  forMs: 300_000,
  heldMs: 120_000,
};
