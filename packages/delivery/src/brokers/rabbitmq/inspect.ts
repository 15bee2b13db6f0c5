import type { Channel } from "amqplib";
import type { BrokerFinding } from "../../broker.ts";
import { DeliveryError, isDeliveryError } from "../../errors.ts";
import { messageOf } from "../ends.ts";
import type { Link } from "../link.ts";
import { onScratchChannel, type RabbitmqConnection } from "./connection.ts";
import { findingsOfQueue, type QueueFact } from "./queue-findings.ts";
import type { QueuePlan, Topology } from "./topology.ts";

/** What is looked at. */
export interface Inspecting {
  readonly connections: Link<RabbitmqConnection>;
  readonly topology: Topology;
  readonly exchanges: readonly string[];
  readonly plans: readonly QueuePlan[];
}

/** Looks at exchanges and queues by AMQP alone: the management plug-in may not be there. */
export async function inspectRabbitmq(options: Inspecting): Promise<readonly BrokerFinding[]> {
  const connection = await options.connections.get();
  const findings: BrokerFinding[] = [];
  if (connection.blocked !== null)
    findings.push({
      code: "rabbitmq-blocked",
      severity: "broken",
      message: `RabbitMQ takes no messages now: ${connection.blocked}.`,
      remedy: "Free memory or disk on the server, or raise its watermarks.",
    });
  for (const exchange of new Set([...options.exchanges, ...options.plans.map((plan) => plan.exchange)]))
    if (exchange !== "") findings.push(...(await inspectExchange(connection, exchange)));
  for (const { queue } of options.plans) {
    const facts = await factsOf(connection, queue, options.topology);
    findings.push(...findingsOfQueue(queue, facts));
  }
  return findings;
}

async function inspectExchange(
  { model }: RabbitmqConnection,
  exchange: string,
): Promise<readonly BrokerFinding[]> {
  const found = await attempt(() => onScratchChannel(model, (channel) => channel.checkExchange(exchange)));
  if (found === null) {
    // The same exchange as a durable one: the server names the difference where it is none.
    const durable = await attempt(() =>
      onScratchChannel(model, (channel) => channel.assertExchange(exchange, "topic", { durable: true })),
    );
    if (durable === null || !durable.message.includes("'durable'")) return [];
    return [
      {
        code: "rabbitmq-exchange-transient",
        severity: "weakened",
        message: `Exchange ${JSON.stringify(exchange)} is not durable: after a restart of RabbitMQ it is gone, and messages wait in the outbox.`,
        remedy: "Delete it and declare it durable.",
      },
    ];
  }
  return [
    {
      code: found.code === "BROKER_CREDENTIALS" ? "rabbitmq-exchange-forbidden" : "rabbitmq-exchange-missing",
      severity: "broken",
      message: `Exchange ${JSON.stringify(exchange)} cannot be published to: ${found.message}`,
      remedy: found.remedy,
    },
  ];
}

/** The arguments of a queue that differ from ours, found by declaring it as we would: the server names one difference at a time. */
async function factsOf(
  { model }: RabbitmqConnection,
  queue: string,
  topology: Topology,
): Promise<readonly QueueFact[] | DeliveryError> {
  const missing = await attempt(() => onScratchChannel(model, (channel) => channel.checkQueue(queue)));
  if (missing !== null) return missing;
  const facts: QueueFact[] = [];
  const declared = {
    durable: true,
    exclusive: false,
    autoDelete: false,
    arguments: { ...topology.argumentsOf(queue) },
  };
  for (let tries = 0; tries < 20; tries++) {
    const refused = await attempt(() =>
      onScratchChannel(model, (channel: Channel) => channel.assertQueue(queue, declared)),
    );
    const fact = refused === null ? null : differenceOf(refused.message);
    if (fact === null) break;
    facts.push(fact);
    adopt(declared, fact);
  }
  return facts;
}

function adopt(
  declared: { durable: boolean; exclusive: boolean; autoDelete: boolean; arguments: Record<string, unknown> },
  { argument, current }: QueueFact,
): void {
  if (argument === "durable") declared.durable = current === "true";
  else if (argument === "auto_delete") declared.autoDelete = current === "true";
  else if (argument === "exclusive") declared.exclusive = current === "true";
  else if (current === null) delete declared.arguments[argument];
  else declared.arguments[argument] = typeof current === "number" ? current : String(current);
}

/** `inequivalent arg 'x-max-length' for queue 'q' in vhost '/': received none but current is the value '10' of type 'long'`. */
export function differenceOf(message: string): QueueFact | null {
  const found =
    /inequivalent arg '([^']+)' for queue .*: received .* but current is (?:(none)|the value '([^']*)' of type '([^']*)'|'([^']*)')/.exec(
      message,
    );
  if (found === null) return null;
  const [, argument, none, value, type, plain] = found;
  const numeric = /long|int|short|byte|unsigned/.test(type ?? "");
  const current =
    none === "none" ? null : plain !== undefined ? plain : numeric ? Number(value) : (value as string);
  return { argument: argument as string, current };
}

/** The coded error of an attempt; null when it went well. What only the connection is to blame for is thrown. */
async function attempt(work: () => Promise<unknown>): Promise<DeliveryError | null> {
  try {
    await work();
    return null;
  } catch (failure) {
    const error = isDeliveryError(failure)
      ? failure
      : new DeliveryError("BROKER_UNREACHABLE", messageOf(failure));
    if (error.code === "BROKER_UNREACHABLE") throw error;
    return error;
  }
}
