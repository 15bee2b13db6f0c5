import { type ItemId, items } from "@holdfast/core";
import { checks } from "./checks/index.ts";

/** A check as the catalogue knows it, built or not. */
export interface Known {
  readonly id: string;
  readonly item: ItemId;
  readonly question: string;
  readonly required: boolean;
  readonly built: boolean;
}

/** Not built yet: id, question, and whether the item's claim is empty without it (docs/decisions/0013). */
const notBuilt: Readonly<
  Record<ItemId, readonly (readonly [id: string, required: boolean, question: string])[]>
> = {
  "reliability/timeouts": [
    ["connect", true, "Is an attempt to connect given up in time when nobody answers the handshake?"],
    ["ordering", false, "Do attempts and waits fit into the time the caller has?"],
    ["deadline-propagates", false, "Does the provider learn how much time is left?"],
    ["server-slow-headers", false, "Does the service end connections that send their head too slowly?"],
    ["server-slow-body", false, "Does the service end connections that send their body too slowly?"],
    ["server-keeps-serving", false, "Does the service keep serving others while slow connections last?"],
  ],
  "reliability/retries": [
    ["retries-after-timeout", false, "Does a call recover when its first attempt times out?"],
    ["spreads-retries", false, "Do callers that failed at one moment come back apart?"],
    ["budget", false, "Do retries stay a small share of the traffic in a long outage?"],
    ["resends-identical-request", false, "Does every attempt send the same request?"],
  ],
  "reliability/idempotency": [
    ["key-survives-restart", false, "Is the key the same after a crash and a restart?"],
    [
      "one-effect-on-late-duplicate",
      true,
      "Is there one effect when a held first attempt arrives after the second?",
    ],
    ["replays", false, "As provider: does the same key get the same answer?"],
    ["serialises-concurrent", false, "As provider: do simultaneous requests with one key have one effect?"],
    ["rejects-mismatch", false, "As provider: is one key with another body refused?"],
    ["completes-after-crash", false, "As provider: is a request that crashed half-way completed once?"],
  ],
  "reliability/circuit-breaker": [
    ["opens", true, "Does it stop calling a provider that is down?"],
    ["opens-on-timeouts", false, "Does it open on silence as well as on errors?"],
    ["fails-fast", true, "Are calls answered at once while it is open?"],
    ["probes-gently", false, "Do few calls try whether the provider is back?"],
    ["recovers", true, "Does traffic come back when the provider does?"],
    ["does-not-flap", false, "Does it stay calm at half the errors?"],
    ["right-granularity", false, "Do healthy operations go on when another one is cut off?"],
    ["bulkhead-isolates", false, "Does a slow provider leave room for the others?"],
  ],
  "consistency/dead-letters": [
    ["poison-is-parked", true, "Is a message that cannot be processed parked?"],
    ["others-not-blocked", true, "Do the messages behind it go on?"],
    ["transient-is-not-poison", true, "Is an outage no reason to park messages?"],
    ["redrive-once", false, "Does redriving have one effect?"],
    ["compensates", false, "Or: is what was done undone when a later step fails for good?"],
  ],
  "consistency/outbox-inbox": [
    ["no-dual-write", true, "Are row and event written together?"],
    ["no-loss", true, "Is no event lost at any crash point?"],
    ["no-phantom", true, "Has every event its row?"],
    ["drains-after-outage", false, "Does the backlog drain after an outage?"],
    ["deduplicates", true, "Has a message that comes twice one effect?"],
    ["tolerates-reordering", false, "Does order not matter, or is it kept?"],
    ["pool-recovers", false, "Does the connection pool recover?"],
  ],
  "consistency/compatibility": [
    ["schema-compatible", true, "Can old and new versions read one another?"],
    ["evolution-planned", false, "Is the way to the next version written down?"],
    ["tolerates-unknown-field", true, "Is an unknown field ignored?"],
    ["survives-unknown-version", false, "Is an unknown version handled?"],
    ["rejects-broken-cleanly", false, "Is a broken message refused with a clear error?"],
  ],
  "operations/correlation": [
    ["id-created", false, "Is an id made where none came in?"],
    ["retries-are-siblings", false, "Has each attempt a span of its own in one trace?"],
    ["id-through-queue", false, "Does the id survive a queue?"],
    ["logs-diagnose", false, "Do the logs tell failures apart?"],
    ["spans-diagnose", false, "Do the spans tell failures apart?"],
    ["log-volume", false, "Does an outage not flood the logs?"],
  ],
  "operations/dashboards-alerts": [
    ["slo-declared", true, "Is there an objective to alert on?"],
    ["alert-fires", true, "Does the alert fire when the objective is at risk?"],
    ["alert-stays-quiet", true, "Does it stay quiet otherwise?"],
    ["alert-resolves", false, "Does it resolve?"],
    ["alert-names-provider", false, "Does it name the provider that failed?"],
    ["dashboard-covers-slo", true, "Does a dashboard show the objective?"],
    ["dashboard-queries-resolve", false, "Do its queries find data?"],
  ],
  "operations/runbooks": [
    ["exists", true, "Is there a runbook?"],
    ["complete", true, "Does it say how to diagnose, mitigate, roll back and escalate?"],
    ["covers-observed-failures", true, "Does it cover the failures that were seen?"],
    ["commands-resolve", false, "Do its commands exist?"],
    ["linked-from-alert", false, "Does the alert lead to it?"],
  ],
};

/** Every check of an item, the built ones first. */
export function catalogueOf(item: ItemId): Known[] {
  const built = checks
    .filter((check) => check.item === item)
    .map((check) => ({
      id: check.id,
      item,
      question: check.question,
      required: check.required,
      built: true,
    }));
  const missing = notBuilt[item].map(([id, required, question]) => ({
    id,
    item,
    question,
    required,
    built: false,
  }));
  return [...built, ...missing];
}

/** Every check of every item, in the order of the checklist. */
export const catalogue: readonly Known[] = items.flatMap((item) => catalogueOf(item.id));
