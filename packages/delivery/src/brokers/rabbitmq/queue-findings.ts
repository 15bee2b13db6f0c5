import type { BrokerFinding } from "../../broker.ts";
import type { DeliveryError } from "../../errors.ts";

/** An argument of a queue that is not the one we would give it; null where it has none. */
export interface QueueFact {
  readonly argument: string;
  readonly current: string | number | null;
}

type Rule = (
  queue: string,
  current: QueueFact["current"],
  all: ReadonlyMap<string, QueueFact["current"]>,
) => Omit<BrokerFinding, "code"> | null;

const rules: Readonly<Record<string, readonly [code: string, rule: Rule]>> = {
  durable: [
    "rabbitmq-queue-transient",
    (queue) => ({
      severity: "broken",
      message: `Queue ${queue} is not durable: a restart of RabbitMQ deletes it with all that was confirmed.`,
      remedy: "Delete it and declare it durable, best as a quorum queue.",
    }),
  ],
  auto_delete: [
    "rabbitmq-queue-auto-delete",
    (queue) => ({
      severity: "broken",
      message: `Queue ${queue} deletes itself when its last consumer goes, with all that was confirmed.`,
      remedy: "Delete it and declare it without auto-delete.",
    }),
  ],
  exclusive: [
    "rabbitmq-queue-exclusive",
    (queue) => ({
      severity: "broken",
      message: `Queue ${queue} belongs to one connection and is deleted with it.`,
      remedy: "Delete it and declare it without exclusive.",
    }),
  ],
  "x-queue-type": [
    "rabbitmq-queue-classic",
    (queue, current) =>
      current === "quorum" || current === "stream"
        ? null
        : {
            severity: "weakened",
            message: `Queue ${queue} is a classic one: it lives on one node, and what was confirmed is lost with that node's disk.`,
            remedy: "Use a quorum queue where the broker is a cluster.",
          },
  ],
  "x-message-ttl": [
    "rabbitmq-queue-ttl",
    (queue, current) => ({
      severity: "broken",
      message: `Queue ${queue} drops messages after ${current} ms, whether they were consumed or not.`,
      remedy: "Take x-message-ttl off, or let the policy that sets it leave this queue out.",
    }),
  ],
  "x-expires": [
    "rabbitmq-queue-expires",
    (queue, current) => ({
      severity: "broken",
      message: `Queue ${queue} is deleted after ${current} ms without a consumer, with all that was confirmed.`,
      remedy: "Take x-expires off.",
    }),
  ],
  "x-max-length": [
    "rabbitmq-queue-drops",
    (queue, current, all) => dropping(queue, `${current} messages`, all),
  ],
  "x-max-length-bytes": [
    "rabbitmq-queue-drops",
    (queue, current, all) => dropping(queue, `${current} bytes`, all),
  ],
  "x-dead-letter-exchange": [
    "rabbitmq-queue-no-dead-letters",
    (queue, current) =>
      current !== null
        ? null
        : {
            severity: "weakened",
            message: `Queue ${queue} has no dead-letter exchange: what exceeds its delivery limit is dropped (the limit is 20 from RabbitMQ 4.0).`,
            remedy: "Give it x-dead-letter-exchange, by a policy or when it is declared.",
          },
  ],
  "x-delivery-limit": [
    "rabbitmq-queue-delivery-limit",
    (queue, current) =>
      typeof current !== "number" || current < 0 || current >= 100
        ? null
        : {
            severity: "weakened",
            message: `Queue ${queue} gives a message up after ${current} deliveries, before the consumer's own count has told crashes from errors.`,
            remedy: "Raise x-delivery-limit well above the consumer's attempts.",
          },
  ],
};

function dropping(
  queue: string,
  limit: string,
  all: ReadonlyMap<string, QueueFact["current"]>,
): Omit<BrokerFinding, "code"> {
  // Not among the differences: it is reject-publish, as ours.
  if (!all.has("x-overflow"))
    return {
      severity: "note",
      message: `Queue ${queue} takes at most ${limit}; beyond, it refuses messages and they wait in the outbox.`,
      remedy: "Nothing, where the limit is meant.",
    };
  return {
    severity: "broken",
    message: `Queue ${queue} drops its oldest messages beyond ${limit}, although they were confirmed.`,
    remedy: "Set x-overflow to reject-publish: then messages wait in the outbox.",
  };
}

/** What an inspected queue's arguments mean. */
export function findingsOfQueue(
  queue: string,
  facts: readonly QueueFact[] | DeliveryError,
): readonly BrokerFinding[] {
  const named = JSON.stringify(queue);
  if (facts instanceof Error)
    return [
      {
        code: "rabbitmq-queue-missing",
        severity: "broken",
        message: `Queue ${named} cannot be consumed from: ${facts.message}`,
        remedy: facts.remedy,
      },
    ];
  const all = new Map(facts.map(({ argument, current }) => [argument, current]));
  return facts.flatMap(({ argument, current }) => {
    const [code, rule] = rules[argument] ?? [];
    const finding = rule?.(named, current, all) ?? null;
    return finding === null || code === undefined ? [] : [{ code, ...finding }];
  });
}
