import { CodedError, parseDuration } from "@holdfast/core";
import {
  type DeadLetterFilter,
  type DeadReason,
  deadReasons,
  type Moment,
} from "@holdfast/delivery/operations";
import type { OptionDeclaration } from "./command.ts";

interface Choice<C extends string> {
  readonly kind: "choice";
  readonly choices: readonly C[];
  readonly doc: string;
}
type Text = Extract<OptionDeclaration, { kind: "text" }>;

interface FilterOptions
  extends Readonly<Record<Exclude<keyof FilterGiven, "origin" | "reason" | "redrives-max">, Text>> {
  readonly origin: Choice<"relay" | "consumer">;
  readonly reason: Choice<DeadReason>;
  readonly "redrives-max": Extract<OptionDeclaration, { kind: "integer" }>;
}

/** The options that say which letters are meant. */
export const filterOptions: FilterOptions = {
  type: { kind: "text", value: "name", doc: "Only messages of this name." },
  consumer: { kind: "text", value: "name", doc: "Only those that this consumer gave up." },
  origin: { kind: "choice", choices: ["relay", "consumer"], doc: "Only those given up there." },
  reason: { kind: "choice", choices: deadReasons, doc: "Only those given up for this." },
  key: { kind: "text", value: "key", doc: "Only messages of this key." },
  message: { kind: "text", value: "id", doc: "Only letters of the message with this id (show prints it)." },
  since: { kind: "text", value: "time", doc: "Given up then or later: 2h (ago), or 2026-01-31T10:00:00Z." },
  until: { kind: "text", value: "time", doc: "Given up then or before." },
  text: { kind: "text", value: "text", doc: "Only those whose error contains this, in any case." },
  "redrives-max": {
    kind: "integer",
    value: "n",
    min: 0,
    max: 1_000_000,
    doc: "Only those redriven this many times at most: leaves out what loops.",
  },
};

/** What those options say. */
export interface FilterGiven {
  readonly type: string | undefined;
  readonly consumer: string | undefined;
  readonly origin: "relay" | "consumer" | undefined;
  readonly reason: DeadReason | undefined;
  readonly key: string | undefined;
  readonly message: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly text: string | undefined;
  readonly "redrives-max": number | undefined;
}

/** The filter that the command line asks for. */
export function filterOf(given: FilterGiven, id: string | undefined): DeadLetterFilter {
  const { type, consumer, origin, reason, key, message, since, until, text } = given;
  const all = {
    ids: id === undefined ? undefined : [id],
    type,
    consumer,
    origin,
    reason,
    key,
    messageId: message,
    since: since === undefined ? undefined : momentOf("--since", since),
    until: until === undefined ? undefined : momentOf("--until", until),
    text,
    redrivesMax: given["redrives-max"],
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function momentOf(option: string, written: string): Moment {
  if (parseDuration(written).ok) return written;
  const ms = /^\d{4}-\d{2}-\d{2}/.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw new CodedError("USAGE", `${option} ${written}: expected how long ago, or a date`, {
    remedy: `Write ${option} 2h, or ${option} 2026-01-31T10:00:00Z.`,
  });
}
