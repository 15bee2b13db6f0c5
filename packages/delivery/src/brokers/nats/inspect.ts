import {
  AckPolicy,
  type ConsumerInfo,
  DiscardPolicy,
  StorageType,
  type StreamInfo,
} from "@nats-io/jetstream";
import type { BrokerFinding } from "../../broker.ts";
import type { Link } from "../link.ts";
import type { NatsLinked } from "./connection.ts";
import { type ConsumerPlan, consumerInfo, covers, matches, streamInfo } from "./topology.ts";

/** What is looked at. */
export interface InspectingNats {
  readonly link: Link<NatsLinked>;
  readonly stream: string;
  readonly subjects: readonly string[];
  readonly plans: readonly ConsumerPlan[];
  /** The window that the broker's guarantees name. */
  readonly dedupeMs: number;
}

/** Looks at the stream and the consumers. */
export async function inspectNats(options: InspectingNats): Promise<readonly BrokerFinding[]> {
  const manager = await (await options.link.get()).manager();
  const stream = await streamInfo(manager, options.stream);
  if (stream === null)
    return [
      {
        code: "nats-stream-missing",
        severity: "broken",
        message: `There is no stream ${options.stream}: messages wait in the outbox.`,
        remedy: "Create it, or let declare make it.",
      },
    ];
  const findings = [...findingsOfStream(stream, options)];
  for (const plan of options.plans)
    findings.push(
      ...findingsOfConsumer(plan, await consumerInfo(manager, options.stream, plan.durable), options.stream),
    );
  return findings;
}

/** What a stream's settings mean for what was promised. Pure. */
export function findingsOfStream(
  { config, cluster }: Pick<StreamInfo, "config"> & { readonly cluster?: unknown },
  { subjects, dedupeMs }: Pick<InspectingNats, "subjects" | "dedupeMs">,
): readonly BrokerFinding[] {
  const findings: BrokerFinding[] = [];
  const add = (code: string, severity: BrokerFinding["severity"], message: string, remedy: string): void => {
    findings.push({ code: `nats-${code}`, severity, message: `Stream ${config.name} ${message}`, remedy });
  };
  for (const subject of new Set(subjects))
    if (!config.subjects?.some((filter) => matches(filter, subject)))
      add(
        "subject-unbound",
        "broken",
        `does not take ${subject}: such messages wait in the outbox.`,
        "Add the subject to the stream.",
      );
  if (config.storage === StorageType.Memory)
    add(
      "storage-memory",
      "broken",
      "is in memory: a restart loses what was confirmed.",
      "Make it anew with file storage.",
    );
  if (config.no_ack === true)
    add("no-ack", "broken", "does not confirm: every message would count as unknown.", "Take no_ack off.");
  const limited = config.max_bytes > 0 || config.max_msgs > 0 || config.max_msgs_per_subject > 0;
  if (limited && config.discard !== DiscardPolicy.New)
    add(
      "discard-old",
      "broken",
      "drops its oldest messages at its limit, consumed or not.",
      "Set discard to new: then messages wait in the outbox.",
    );
  if (config.max_age > 0)
    add(
      "max-age",
      "weakened",
      `drops messages after ${Math.round(config.max_age / 1e9)} s, consumed or not.`,
      "Set max_age above the longest time that a consumer may stand still.",
    );
  if (config.duplicate_window / 1e6 < dedupeMs)
    add(
      "dedupe-short",
      "weakened",
      `recognises what is published again for ${Math.round(config.duplicate_window / 1e6)} ms, and ${dedupeMs} ms are counted on; consumers must recognise the rest.`,
      "Raise duplicate_window, or set declare.dedupeMs to what it is.",
    );
  if (cluster !== undefined && config.num_replicas < 3)
    add(
      "replicas",
      "weakened",
      `has ${config.num_replicas} replica in a cluster: what was confirmed is lost with that node.`,
      "Raise num_replicas to 3.",
    );
  add(
    "sync-interval",
    "note",
    "confirms before its file is synced, unless the server has sync_interval: always: a power cut may take what was confirmed within the last two minutes.",
    "Set sync_interval: always, or spread three replicas over machines that do not fail together.",
  );
  return findings;
}

/** What a consumer's settings mean. Pure. */
export function findingsOfConsumer(
  plan: ConsumerPlan,
  found: Pick<ConsumerInfo, "config"> | null,
  stream: string,
): readonly BrokerFinding[] {
  const named = `Consumer ${plan.durable} of ${stream}`;
  if (found === null)
    return [
      {
        code: "nats-consumer-missing",
        severity: "broken",
        message: `${named} is not there.`,
        remedy: "Create it, or let declare make it.",
      },
    ];
  const { config } = found;
  const findings: BrokerFinding[] = [];
  const add = (code: string, severity: BrokerFinding["severity"], message: string, remedy: string): void => {
    findings.push({ code: `nats-consumer-${code}`, severity, message: `${named} ${message}`, remedy });
  };
  if (config.deliver_subject !== undefined && config.deliver_subject !== "")
    add("push", "broken", "pushes; Holdfast pulls.", "Make a pull consumer.");
  if (config.ack_policy !== AckPolicy.Explicit)
    add(
      "ack-policy",
      "broken",
      `acknowledges by ${config.ack_policy}: messages that failed count as done.`,
      "Set ack_policy to explicit.",
    );
  if ((config.max_deliver ?? -1) > 0)
    add(
      "max-deliver",
      "broken",
      `gives a message up after ${config.max_deliver} deliveries and tells nobody.`,
      "Set max_deliver to -1: Holdfast counts itself.",
    );
  if (!covers(config, plan.subjects))
    add(
      "filter",
      "broken",
      "filters out messages that the consumer listens to.",
      "Widen its filter, or let declare do so.",
    );
  if ((config.ack_wait ?? 0) / 1e6 < plan.ackWaitMs)
    add(
      "ack-wait",
      "weakened",
      `waits ${(config.ack_wait ?? 0) / 1e6} ms for a sign of life, and one comes every ${Math.round(plan.ackWaitMs / 3)} ms.`,
      "Set ackWaitMs to the consumer's ack_wait.",
    );
  return findings;
}
