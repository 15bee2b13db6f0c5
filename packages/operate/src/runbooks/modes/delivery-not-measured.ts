import { absentNames } from "../../alerts/metric-absent.ts";
import { largestOf } from "../../dashboards/expressions.ts";
import { delivery } from "../../metrics/catalogue.ts";
import type { RunbookMode } from "../mode.ts";
import { promql, sh } from "../words.ts";

/** A delivery that tells nobody how it is. */
export const deliveryNotMeasured: RunbookMode = {
  id: "delivery-not-measured",
  title: "Delivery not measured",
  of: "delivery",
  alerts: [absentNames.delivery],
  shownAs: [],
  related: ["outbox-lag"],
  applies: () => true,
  write: ({ subject }) => ({
    meaning: "For an hour Prometheus has had no age of the outbox.",
    impact: "No alert on messages that do not leave or arrive can fire.",
    diagnosis: [
      {
        says: "See whether the service is scraped:",
        run: promql("up == 0"),
        answers: [
          { when: "the service is listed", means: "its metrics cannot be read: see whether it runs" },
          { when: "it is not", means: "it runs: see whether its database answers" },
        ],
      },
      {
        says: "Ask the database itself, which is where the numbers come from:",
        run: sh("npx holdfast outbox status"),
        answers: [
          { when: "it answers", means: "nobody calls `telemetry.watch(delivery)`, or under another job" },
          { when: "it fails", means: "the database cannot be reached: that comes first" },
        ],
      },
    ],
    mitigation: [
      {
        says: "Until it is measured again, look at it by hand every quarter of an hour:",
        run: sh("npx holdfast outbox status"),
        risk: 1,
        back: "Nothing is changed by looking, so there is nothing to roll back.",
      },
    ],
    verification: {
      says: "The query answers, with any number:",
      run: promql(largestOf(subject, delivery.outboxAge)),
    },
    escalation: "Nobody has to be woken. On the next working day tell whoever runs Prometheus.",
  }),
};
