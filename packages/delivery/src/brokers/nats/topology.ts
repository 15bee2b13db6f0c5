import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
} from "@nats-io/jetstream";
import { DeliveryError } from "../../errors.ts";
import { explainJetStream } from "./connection.ts";

/** How the stream is made where `declare` is on. */
export interface NatsDeclare {
  /** Copies in a cluster: 1, 3 or 5. Default: 1. */
  readonly replicas?: number;
  /** How long the stream recognises a message that is published again. Default: 120,000. */
  readonly dedupeMs?: number;
  /** How long messages are kept, consumed or not; 0 is for ever. Default: 0. */
  readonly maxAgeMs?: number;
  /** How many bytes are kept; beyond, the stream refuses, and messages wait in the outbox. Default: no limit. */
  readonly bytesMax?: number;
}

/** A consumer's place in the stream. */
export interface ConsumerPlan {
  readonly durable: string;
  readonly subjects: readonly string[];
  /** Takes in all of `subjects`, for servers that filter by one subject only (before 2.10). */
  readonly widest: string;
  readonly ackWaitMs: number;
}

/** A duration as JetStream writes it. */
export function nanos(ms: number): number {
  return ms * 1_000_000;
}

/** The window in which streams of ours recognise what is published again. */
export const dedupeDefaultMs = 120_000;

/** Makes the stream unless it is there. What is there is left as it is. */
export async function declareStream(
  manager: JetStreamManager,
  {
    name,
    subjects,
    declare,
  }: { readonly name: string; readonly subjects: readonly string[]; readonly declare: NatsDeclare },
): Promise<void> {
  const { replicas = 1, dedupeMs = dedupeDefaultMs, maxAgeMs = 0, bytesMax = -1 } = declare;
  if ((await streamInfo(manager, name)) !== null) return;
  await manager.streams
    .add({
      name,
      subjects: [...subjects],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      // A stream that drops its oldest would drop what was confirmed.
      discard: DiscardPolicy.New,
      num_replicas: replicas,
      duplicate_window: nanos(dedupeMs),
      max_age: nanos(maxAgeMs),
      max_bytes: bytesMax,
    })
    .catch((failure: unknown) => {
      throw explainJetStream(failure, `Stream ${name} cannot be made`);
    });
}

/** The stream, or null where there is none. */
export async function streamInfo(manager: JetStreamManager, name: string): Promise<StreamInfo | null> {
  return orNull(manager.streams.info(name), 10_059, `Stream ${name} cannot be looked up`);
}

/** The consumer, or null where there is none. */
export async function consumerInfo(
  manager: JetStreamManager,
  stream: string,
  durable: string,
): Promise<ConsumerInfo | null> {
  return orNull(
    manager.consumers.info(stream, durable),
    10_014,
    `Consumer ${durable} of ${stream} cannot be looked up`,
  );
}

async function orNull<T>(asked: Promise<T>, missingCode: number, what: string): Promise<T | null> {
  try {
    return await asked;
  } catch (failure) {
    if ((failure as { code?: unknown }).code === missingCode) return null;
    throw explainJetStream(failure, what);
  }
}

/** Makes the durable consumer, or widens its filter where messages were added; without `declares` it must be there. */
export async function ensureConsumer(
  manager: JetStreamManager,
  stream: string,
  plan: ConsumerPlan,
  { declares, severalFilters }: { readonly declares: boolean; readonly severalFilters: boolean },
): Promise<ConsumerInfo> {
  const found = await consumerInfo(manager, stream, plan.durable);
  if (!declares) {
    if (found !== null) return found;
    throw new DeliveryError("BROKER_MISCONFIGURED", `Stream ${stream} has no consumer ${plan.durable}.`);
  }
  const filter = filterOf(plan, severalFilters);
  try {
    if (found === null)
      return await manager.consumers.add(stream, {
        durable_name: plan.durable,
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(plan.ackWaitMs),
        deliver_policy: DeliverPolicy.All,
        // The consumer's own counts decide: JetStream would leave the message where nobody looks.
        max_deliver: -1,
        max_ack_pending: 20_000,
        ...filter,
      });
    return covers(found.config, plan.subjects)
      ? found
      : await manager.consumers.update(stream, plan.durable, {
          ...found.config,
          filter_subject: "",
          ...filter,
        });
  } catch (failure) {
    throw explainJetStream(failure, `Consumer ${plan.durable} of ${stream} cannot be made`);
  }
}

/**
 * A server before 2.10 has one filter, and after an update goes on to wake the consumer for the old one alone (seen with 2.9.10): there
 * the filter is as wide as it may ever have to be, and what is not for the consumer is dropped on arrival.
 */
function filterOf(plan: ConsumerPlan, severalFilters: boolean): Partial<ConsumerConfig> {
  if (!severalFilters) return { filter_subject: plan.widest };
  const [first] = plan.subjects;
  return plan.subjects.length === 1 && first !== undefined
    ? { filter_subject: first }
    : { filter_subjects: [...plan.subjects] };
}

/** Whether a consumer's filter lets all of the subjects through. */
export function covers(
  config: Pick<ConsumerConfig, "filter_subject" | "filter_subjects">,
  subjects: readonly string[],
): boolean {
  const filters = config.filter_subjects ?? (config.filter_subject ? [config.filter_subject] : []);
  return (
    filters.length === 0 || subjects.every((subject) => filters.some((filter) => matches(filter, subject)))
  );
}

/** Whether a subject falls under a filter with `*` and `>`. */
export function matches(filter: string, subject: string): boolean {
  const wanted = filter.split(".");
  const given = subject.split(".");
  for (let at = 0; at < wanted.length; at++) {
    if (wanted[at] === ">") return given.length > at;
    if (at >= given.length || (wanted[at] !== "*" && wanted[at] !== given[at])) return false;
  }
  return given.length === wanted.length;
}
