import { trimBlanks } from "./blanks.ts";
import { CodedError } from "./errors.ts";

declare const validated: unique symbol;

/**
 * A `tracestate` as it may go out: `key=value` members without blanks around them, the most recent first; `""` has none. It is the
 * header's text, so that sending it with every attempt costs nothing; only the functions here make one.
 */
export type TraceState = string & { readonly [validated]: true };

const membersMax = 32;
const partMax = 256;
/** What the specification calls large: such members are the first to go. */
const largeMember = 128;

/**
 * The longest `tracestate` that is passed on. The specification wants 512 characters at least; four times that stays so even when
 * the largest member goes. All that it allows, 16 KB, would make a provider refuse the request for the size of its headers.
 */
export const traceStateCharactersMax = 2_048;

/**
 * Reads a `tracestate` by W3C Trace Context, level 2; several headers are joined by commas first. A single invalid member or more than
 * 32 spoil all of it: `null`. Empty members are passed over, keys that stand twice are kept, and what is too long is truncated.
 */
export function parseTraceState(value: string): TraceState | null {
  const members: string[] = [];
  for (let from = 0; from <= value.length; ) {
    const comma = value.indexOf(",", from);
    const to = comma === -1 ? value.length : comma;
    const member = trimBlanks(value.slice(from, to));
    from = to + 1;
    // Empty ones do not count: they come from headers that were joined, and are not passed on.
    if (member === "") continue;
    if (members.length === membersMax || !isMember(member)) return null;
    members.push(member);
  }
  return truncateTraceState(written(members), traceStateCharactersMax);
}

/** The value that stands under a key, the most recent where there are several; `null` when there is none. */
export function traceStateValue(state: TraceState | undefined, key: string): string | null {
  const member = membersOf(state).find((candidate) => isOf(key, candidate));
  return member === undefined ? null : member.slice(key.length + 1);
}

/**
 * Puts one's own key at the front and keeps the order of the others; the last one goes where there would be more than 32. Keep the
 * whole member within 128 characters: larger ones are the first to go where room is short. Throws `TRACE_STATE_INVALID` when the key or the value could not be sent.
 */
export function withTraceStateValue(state: TraceState | undefined, key: string, value: string): TraceState {
  if (!isKey(key) || !isValue(value) || value.endsWith(" "))
    throw new CodedError(
      "TRACE_STATE_INVALID",
      `tracestate cannot carry ${JSON.stringify(key)} with this value`,
      { remedy: grammarInWords, details: { key, value } },
    );
  const others = membersOf(state).filter((member) => !isOf(key, member));
  return truncateTraceState(
    written([`${key}=${value}`, ...others.slice(0, membersMax - 1)]),
    traceStateCharactersMax,
  );
}

const grammarInWords =
  "Begin the key with a-z or 0-9 and go on with those and _ - * / @; write the value in printable ASCII without comma and equals sign, and with no blank at its end; 1 to 256 characters each.";

/** Takes out one's own key; those of others should stay. */
export function withoutTraceStateValue(state: TraceState | undefined, key: string): TraceState {
  return written(membersOf(state).filter((member) => !isOf(key, member)));
}

/**
 * Shortens to at most so many characters by whole members: first those of more than 128 characters, then any, each time from the end.
 * For carriers that have less room than HTTP; the specification wants no less than 512.
 */
export function truncateTraceState(state: TraceState, charactersMax: number): TraceState {
  if (state.length <= charactersMax) return state;
  const members = membersOf(state);
  let excess = state.length - charactersMax;
  for (const sizeMin of [largeMember + 1, 0])
    for (let at = members.length - 1; at >= 0 && excess > 0; at--) {
      const size = members[at]?.length ?? 0;
      if (size < sizeMin) continue;
      members.splice(at, 1);
      excess -= size + 1;
    }
  return written(members);
}

function membersOf(state: TraceState | undefined): string[] {
  return state ? state.split(",") : [];
}

function written(members: readonly string[]): TraceState {
  return members.join(",") as TraceState;
}

function isOf(key: string, member: string): boolean {
  return member[key.length] === "=" && member.startsWith(key);
}

function isMember(member: string): boolean {
  const equals = member.indexOf("=");
  return equals !== -1 && isKey(member.slice(0, equals)) && isValue(member.slice(equals + 1));
}

// Each looks for one character out of place, so that none can backtrack.
const foreignAtStart = /^[^a-z0-9]/;
const foreignToKey = /[^a-z0-9_\-*/@]/;
const foreignToValue = /[^ -+\--<>-~]/;

function isKey(key: string): boolean {
  return isOfLength(key) && !foreignAtStart.test(key) && !foreignToKey.test(key);
}

function isValue(value: string): boolean {
  return isOfLength(value) && !foreignToValue.test(value);
}

function isOfLength(part: string): boolean {
  return part.length >= 1 && part.length <= partMax;
}
