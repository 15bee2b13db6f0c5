import { trimBlanks } from "./blanks.ts";
import { CodedError } from "./errors.ts";

declare const validated: unique symbol;

/**
 * A `baggage` as it may go out: `key=value;property` members without blanks around them; `""` has none. It is the header's text, so
 * that passing it on costs nothing; only the functions here make one.
 */
export type Baggage = string & { readonly [validated]: true };

/** One entry of a baggage. */
export interface BaggageEntry {
  readonly key: string;
  /** Decoded; what is no UTF-8 has become U+FFFD. */
  readonly value: string;
  /** As they came, `name` or `name=value`: what they mean is the business of whoever set them. */
  readonly properties: readonly string[];
}

/** Which entries are meant: those of the named keys, every one, or none. */
export type BaggageChoice = readonly string[] | "all" | "none";

/** No entry. */
export const noBaggage: Baggage = "" as Baggage;

/** What W3C Baggage wants every platform to pass on; the two limits are met by leaving out whole members. */
export const baggageEntriesMax = 64;
export const baggageBytesMax = 8_192;

/**
 * Reads a `baggage` by W3C Baggage; several headers are joined by commas first. A member that is not valid costs only itself, and so does
 * one for which there is no room: it may be longer, or the 65th. Keys that stand twice are kept. Never throws.
 */
export function parseBaggage(value: string): Baggage {
  const kept: string[] = [];
  let bytes = -1;
  for (let from = 0; from <= value.length && kept.length < baggageEntriesMax; ) {
    const comma = value.indexOf(",", from);
    const to = comma === -1 ? value.length : comma;
    const member = memberOf(value.slice(from, to));
    from = to + 1;
    // Everything in a valid member is ASCII.
    if (member === null || bytes + 1 + member.length > baggageBytesMax) continue;
    kept.push(member);
    bytes += 1 + member.length;
  }
  return written(kept);
}

/** The entries in their order, decoded. */
export function baggageEntries(baggage: Baggage): readonly BaggageEntry[] {
  return membersOf(baggage).map((member) => {
    const [pair = "", ...properties] = member.split(";");
    return { key: keyOf(member), value: decode(pair.slice(pair.indexOf("=") + 1)), properties };
  });
}

/** The value under a key, decoded; the last one where there are several. `null` when there is none. */
export function baggageValue(baggage: Baggage, key: string): string | null {
  if (baggage === "") return null;
  return baggageEntries(baggage).findLast((entry) => entry.key === key)?.value ?? null;
}

/**
 * Puts an entry at the front, in place of others of its key; where there is no room for all, the last ones go. Throws `BAGGAGE_INVALID`
 * when the key is no token of HTTP or the entry alone is longer than a baggage may be.
 */
export function withBaggageValue(baggage: Baggage, key: string, value: string): Baggage {
  const member = `${key}=${encode(value)}`;
  const problem = !isToken(key)
    ? "its key is no token of HTTP"
    : member.length > baggageBytesMax
      ? `it takes ${member.length} bytes`
      : null;
  if (problem !== null)
    throw new CodedError("BAGGAGE_INVALID", `A baggage cannot carry ${JSON.stringify(key)}: ${problem}`, {
      remedy: `Write the key in letters, digits and !#$%&'*+-.^_\`|~, and keep the entry within ${baggageBytesMax} bytes, encoded.`,
      details: { key },
    });
  return parseBaggage([member, ...membersOf(baggage).filter((other) => keyOf(other) !== key)].join(","));
}

/** Takes out the entries of a key. */
export function withoutBaggageValue(baggage: Baggage, key: string): Baggage {
  return written(membersOf(baggage).filter((member) => keyOf(member) !== key));
}

/** The part of a baggage that is meant by a choice, members as they are. */
export function chosenBaggage(baggage: Baggage, choice: BaggageChoice): Baggage {
  if (choice === "all" || baggage === "") return baggage;
  if (choice === "none" || choice.length === 0) return noBaggage;
  return written(membersOf(baggage).filter((member) => choice.includes(keyOf(member))));
}

function membersOf(baggage: Baggage): string[] {
  return baggage === "" ? [] : baggage.split(",");
}

function written(members: readonly string[]): Baggage {
  return members.join(",") as Baggage;
}

function keyOf(member: string): string {
  return member.slice(0, member.indexOf("="));
}

/** A member without its blanks; `null` when it is none. */
function memberOf(text: string): string | null {
  const parts = text.split(";").map((part) => pairOf(part));
  const [first] = parts;
  if (first === undefined || !first?.includes("=") || parts.includes(null)) return null;
  return parts.join(";");
}

/** `key=value` or, as properties may be, `key`; `null` where there is something that neither may hold. */
function pairOf(text: string): string | null {
  const equals = text.indexOf("=");
  const key = trimBlanks(equals === -1 ? text : text.slice(0, equals));
  if (!isToken(key)) return null;
  if (equals === -1) return key;
  const value = trimBlanks(text.slice(equals + 1));
  return foreignToValue.test(value) ? null : `${key}=${value}`;
}

// Each looks for one character out of place, so that none can backtrack.
const foreignToToken = /[^!#$%&'*+\-.^_`|~0-9A-Za-z]/;
const foreignToValue = /[^!#-+\--:<-[\]-~]/;
/** What stands encoded in a value: what it may not hold, and the sign of the encoding itself. */
const encoded = /[^!#$&-+\--:<-[\]-~]+/g;

function isToken(key: string): boolean {
  return key !== "" && !foreignToToken.test(key);
}

function encode(value: string): string {
  return value.toWellFormed().replace(encoded, encodeURIComponent);
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function decode(value: string): string {
  if (!value.includes("%")) return value;
  return value.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    utf8.decode(Uint8Array.from(run.slice(1).split("%"), (hex) => Number.parseInt(hex, 16))),
  );
}
