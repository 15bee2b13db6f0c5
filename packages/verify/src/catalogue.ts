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
  "reliability/timeouts": [],
  "reliability/retries": [],
  "reliability/idempotency": [],
  "reliability/circuit-breaker": [],
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
  ],
  "operations/correlation": [["id-through-queue", false, "Does the id survive a queue?"]],
  "operations/dashboards-alerts": [],
  "operations/runbooks": [],
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
