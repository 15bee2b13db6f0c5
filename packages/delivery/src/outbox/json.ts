import { DeliveryError } from "../errors.ts";

/** How deeply a message may be nested: readers in other languages stop at about this depth. */
const depthMax = 500;

/**
 * A value as JSON. Throws MESSAGE_UNSERIALISABLE, naming the place, for what JSON cannot hold or would quietly turn into something
 * else: NaN into null, a Map into {}.
 */
export function jsonOf(type: string, data: unknown): string {
  const problem = problemIn(data, "", "data", []);
  if (problem !== null)
    throw new DeliveryError("MESSAGE_UNSERIALISABLE", `A ${type} cannot be JSON: ${problem.said}.`, {
      details: { place: problem.place },
      ...(problem.cause === undefined ? {} : { cause: problem.cause }),
    });
  try {
    return JSON.stringify(data);
  } catch (cause) {
    throw new DeliveryError("MESSAGE_TOO_LARGE", `A ${type} is too large to be written as JSON.`, { cause });
  }
}

interface Problem {
  readonly place: string;
  readonly said: string;
  readonly cause?: unknown;
}

/** Walks as JSON.stringify does, `toJSON` included. `within` holds the records and lists around the value, for cycles. */
function problemIn(value: unknown, key: string, place: string, within: object[]): Problem | null {
  let written: unknown;
  try {
    written = unboxed(replaced(value, key));
  } catch (cause) {
    return { place, said: `toJSON of ${place} has thrown`, cause };
  }
  const wrong = wrongIn(value, written);
  if (wrong !== null) return { place, said: `${place} is ${wrong}` };
  if (typeof written !== "object" || written === null) return null;
  if (within.includes(written)) return { place, said: `${place} contains itself` };
  if (within.length >= depthMax)
    return { place, said: `${place} is nested more than ${depthMax} levels deep` };
  within.push(written);
  const problem = Array.isArray(written)
    ? problemInList(written, place, within)
    : problemInRecord(written, place, within);
  within.pop();
  return problem;
}

function problemInList(list: readonly unknown[], place: string, within: object[]): Problem | null {
  for (let at = 0; at < list.length; at++) {
    const problem = problemIn(list[at], String(at), `${place}[${at}]`, within);
    if (problem !== null) return problem;
  }
  return null;
}

function problemInRecord(record: object, place: string, within: object[]): Problem | null {
  for (const key of Object.keys(record)) {
    const at = placeOf(place, key);
    let value: unknown;
    try {
      value = (record as Record<string, unknown>)[key];
    } catch (cause) {
      return { place: at, said: `reading ${at} has thrown`, cause };
    }
    // JSON leaves out what is undefined, as an optional field is meant to be; in a list it would become null.
    if (value === undefined) continue;
    const problem = problemIn(value, key, at, within);
    if (problem !== null) return problem;
  }
  return null;
}

function placeOf(place: string, key: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key)
    ? `${place}.${key}`
    : `${place}[${JSON.stringify(key)}]`;
}

function replaced(value: unknown, key: string): unknown {
  if ((typeof value !== "object" && typeof value !== "bigint") || value === null) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  return typeof toJSON === "function" ? toJSON.call(value, key) : value;
}

/** JSON writes `new Number(1)` as 1. */
function unboxed(value: unknown): unknown {
  return value instanceof Number || value instanceof String || value instanceof Boolean
    ? value.valueOf()
    : value;
}

/** Objects of which JSON would write nothing, or their inside, by their tag: they may come from another realm. */
const hollow: ReadonlySet<string> = new Set([
  "Map",
  "Set",
  "WeakMap",
  "WeakSet",
  "Promise",
  "ArrayBuffer",
  "RegExp",
]);

function wrongIn(value: unknown, written: unknown): string | null {
  switch (typeof written) {
    case "bigint":
      return "a BigInt";
    case "number":
      return Number.isFinite(written) ? null : String(written);
    case "undefined":
    case "function":
    case "symbol":
      return written === undefined ? "undefined" : `a ${typeof written}`;
    case "object":
      return wrongObject(value, written);
    default:
      return null;
  }
}

function wrongObject(value: unknown, written: object | null): string | null {
  if (written === null) return tagOf(value) === "Date" ? "a Date that is none" : null;
  const tag = tagOf(written);
  return hollow.has(tag) || ArrayBuffer.isView(written)
    ? `of the kind ${tag}, which JSON does not have`
    : null;
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
