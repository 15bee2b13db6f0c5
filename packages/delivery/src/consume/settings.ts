import { type Backoff, backoffOf, formatDuration, parseDuration } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import type { MessageDefinition } from "../message.ts";
import type {
  Consumable,
  ConsumerDefinition,
  GivenUp,
  HandlerContext,
  PrepareContext,
  SequenceOptions,
} from "./definition.ts";
import type { GapLimits } from "./sequence.ts";

/** A definition with every default filled in, and its types forgotten. */
export interface Settings {
  readonly name: string;
  readonly messages: ReadonlyMap<string, MessageDefinition>;
  readonly handler: (data: unknown, context: HandlerContext, prepared: unknown) => void | Promise<void>;
  readonly prepare: ((data: unknown, context: PrepareContext) => unknown) | null;
  readonly concurrency: number;
  readonly attempts: number;
  readonly backoff: Backoff;
  /** How long messages that come again are recognised; null where their sequence numbers tell. */
  readonly windowMs: number | null;
  readonly gap: GapLimits;
  readonly afterDeadLetter: "hold" | "skip";
  readonly beginAt: "one" | "first-arrival";
  readonly timeoutMs: number;
  readonly onDeadLetter: ((givenUp: GivenUp) => void | Promise<void>) | null;
  readonly leaseMs: number;
  readonly lockTimeoutMs: number;
  readonly pollMs: number;
  readonly stopTimeoutMs: number;
}

const dayMs = 86_400_000;
const namePattern = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/** Fills in the defaults; throws CONFIGURATION for what cannot be. */
export function settingsOf<Messages extends Consumable, Prepared>(
  definition: ConsumerDefinition<Messages, Prepared>,
): Settings {
  const { name, dedupe = "7d", sequence, handler, prepare = null, onDeadLetter = null } = definition;
  if (!namePattern.test(name))
    throw wrong(
      `The consumer's name ${JSON.stringify(name)} is not one: 1 to 100 lower-case letters, digits, dots, hyphens and underscores.`,
    );
  const messages = messagesOf(name, definition.messages);
  const windowMs = windowOf(name, dedupe);
  if (windowMs === null) requireOrdered(name, messages);
  else if (sequence !== undefined)
    throw wrong(`${name} has sequence options, which need dedupe: "sequence".`);
  if (typeof handler !== "function")
    throw wrong(`${name} has no handler: it is a function of data and context.`);
  return {
    name,
    messages,
    handler: handler as Settings["handler"],
    prepare: prepare as Settings["prepare"],
    onDeadLetter,
    windowMs,
    backoff: backoffOf({ baseMs: 1_000, capMs: 3_600_000, ...definition.backoff }),
    ...sequenceSettings(name, sequence),
    ...numbers(name, definition),
  };
}

function sequenceSettings(
  name: string,
  {
    reportGapAfterMs = 60_000,
    giveUpGapAfterMs = 7 * dayMs,
    afterDeadLetter = "hold",
    beginAt = "one",
  }: SequenceOptions = {},
): Pick<Settings, "gap" | "afterDeadLetter" | "beginAt"> {
  return {
    gap: {
      reportAfterMs: atLeast(name, "sequence.reportGapAfterMs", reportGapAfterMs, 1),
      giveUpAfterMs: atLeast(name, "sequence.giveUpGapAfterMs", giveUpGapAfterMs, 1),
    },
    afterDeadLetter,
    beginAt,
  };
}

type Numbers = Pick<
  Settings,
  "concurrency" | "attempts" | "timeoutMs" | "leaseMs" | "lockTimeoutMs" | "pollMs" | "stopTimeoutMs"
>;

function numbers(
  name: string,
  {
    concurrency = 32,
    attempts = 12,
    timeoutMs = 30_000,
    leaseMs = 60_000,
    lockTimeoutMs = 5_000,
    pollMs = 1_000,
    stopTimeoutMs = 10_000,
  }: Partial<Numbers>,
): Numbers {
  return {
    concurrency: atLeast(name, "concurrency", concurrency, 1, "whole"),
    attempts: atLeast(name, "attempts", attempts, 1, "whole"),
    timeoutMs: atLeast(name, "timeoutMs", timeoutMs, 1),
    leaseMs: atLeast(name, "leaseMs", leaseMs, 100),
    lockTimeoutMs: atLeast(name, "lockTimeoutMs", lockTimeoutMs, 1),
    pollMs: atLeast(name, "pollMs", pollMs, 1),
    stopTimeoutMs: atLeast(name, "stopTimeoutMs", stopTimeoutMs, 0),
  };
}

function messagesOf(name: string, messages: Consumable): ReadonlyMap<string, MessageDefinition> {
  const list: readonly MessageDefinition[] = Array.isArray(messages)
    ? messages
    : [messages as MessageDefinition];
  const byType = new Map(list.map((one) => [one.type, one]));
  if (list.length === 0) throw wrong(`${name} consumes no message.`);
  if (byType.size < list.length) throw wrong(`${name} names a message twice.`);
  return byType;
}

/** The shortest window that is not a mistake. */
const windowMinMs = 60_000;

function windowOf(name: string, dedupe: string): number | null {
  if (dedupe === "sequence") return null;
  const reading = parseDuration(dedupe);
  if (reading.ok && reading.value >= windowMinMs) return reading.value;
  throw wrong(
    `dedupe of ${name} is ${JSON.stringify(dedupe)}; it takes "sequence" or a duration of at least ${formatDuration(windowMinMs)}, such as 7d.`,
  );
}

function requireOrdered(name: string, messages: ReadonlyMap<string, MessageDefinition>): void {
  for (const { type, ordered } of messages.values())
    if (!ordered)
      throw wrong(`${name} goes by sequence numbers, and ${type} has none: declare it with ordered: true.`);
}

function atLeast(name: string, option: string, value: number, least: number, kind?: "whole"): number {
  if (Number.isFinite(value) && value >= least && (kind === undefined || Number.isInteger(value)))
    return value;
  throw wrong(
    `${option} of ${name} is ${value}; it takes a ${kind === undefined ? "" : "whole "}number of at least ${least}.`,
  );
}

function wrong(message: string): DeliveryError {
  return new DeliveryError("CONFIGURATION", message);
}
