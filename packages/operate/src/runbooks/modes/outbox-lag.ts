import { largestOf, rateOf } from "../../dashboards/expressions.ts";
import { delivery } from "../../metrics/catalogue.ts";
import type { RunbookMode } from "../mode.ts";
import { promql, restart, sh } from "../words.ts";

/** Messages that are committed and do not leave. */
export const outboxLag: RunbookMode = {
  id: "outbox-lag",
  title: "Outbox stuck",
  of: "delivery",
  alerts: ["OutboxLag"],
  shownAs: [],
  related: ["dead-letters", "delivery-not-measured"],
  applies: () => true,
  write: ({ subject }) => ({
    meaning:
      "The oldest message in the outbox has waited for more than five minutes: what this service has committed does not leave.",
    impact: `Others do not hear what ${subject.service} did. Nothing is lost: messages stay in the database until a broker confirms them.`,
    diagnosis: [
      {
        says: "See what waits, and for whom:",
        run: sh("npx holdfast outbox status"),
        answers: [
          { when: "nothing waits", means: "it is over: verify" },
          { when: "messages wait, and none failed", means: "no relay runs: see the next answer" },
          { when: "messages failed", means: "the broker refuses them: see why below" },
        ],
      },
      {
        says: "Let it look for the usual causes (no relay, a broker that cannot be reached, missing queues):",
        run: sh("npx holdfast outbox doctor"),
        answers: [
          { when: "it names a cause", means: "it says the remedy too: do that" },
          { when: "all is well", means: "see what is refused, below" },
        ],
      },
      {
        says: "See by which errors publishing fails:",
        run: promql(
          rateOf(subject, delivery.publishFailures, [delivery.label.messageType, delivery.label.errorType]),
        ),
        answers: [
          { when: "one type of message", means: "that message is wrong: it becomes a dead letter by itself" },
          { when: "every type", means: "it is the broker: call those who run it" },
        ],
      },
    ],
    mitigation: [
      {
        says: "Restart the relay, under Kubernetes so (see that the deployment is called so); it goes on where it stopped, and takes over leases of one that hangs:",
        run: restart(subject.service),
        risk: 1,
        back: "It is safe to repeat: what was sent and not confirmed is sent again, and consumers recognise it.",
      },
    ],
    verification: {
      says: "The oldest message is younger than a minute; the query answers nothing then:",
      run: promql(`${largestOf(subject, delivery.outboxAge)} > 60`),
    },
    escalation: "After 15 minutes call those who run the broker, and tell consumers that events come late.",
  }),
};
