import { numberText, numberWritten, parseKeepingNumbers } from "./raw-json.ts";

/** What can be changed about a JSON document, one thing at a time. */
export const jsonChanges = [
  "unknown-field",
  "unknown-nested-field",
  "reordered-keys",
  "unknown-enum",
  "long-string",
  "big-integer",
  "null-field",
  "missing-field",
  "missing-all",
  "wrong-type",
  "wrong-types",
  "unknown-version",
] as const;

/** The name of a change to a JSON document. */
export type JsonChange = (typeof jsonChanges)[number];

type Mapping = Record<string, unknown>;
type Place = { readonly path: readonly string[]; readonly value: unknown };

/**
 * The document with one thing changed, as text; `null` when it is no JSON or has nothing that could be changed so. `at` is a
 * JSON pointer; without it the first place that suits the change is taken.
 */
export function changedJson(text: string, change: JsonChange, at?: string): string | null {
  const document = parseKeepingNumbers(text);
  if (document === undefined) return null;
  const changed = applied(document, change, at);
  const written = changed === undefined ? undefined : JSON.stringify(changed);
  return written === undefined || written === JSON.stringify(document) ? null : written;
}

function applied(document: unknown, change: JsonChange, at: string | undefined): unknown {
  switch (change) {
    case "unknown-field":
      return isObject(document) ? withUnknown(document) : undefined;
    case "unknown-nested-field":
      return eachMember(document, unknownBelow);
    case "reordered-keys":
      return reordered(document);
    case "missing-all":
      return isObject(document) ? {} : eachMember(document, () => ({}));
    case "wrong-types":
      return allWrong(document);
    default:
      return atPlace(document, change, at);
  }
}

function atPlace(document: unknown, change: JsonChange, at: string | undefined): unknown {
  const place = at === undefined ? placeFor(document, change) : placeAt(document, at);
  return place === undefined ? undefined : replaced(document, place.path, newValue(change, place.value));
}

function eachMember(document: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(document)) return document.map(change);
  return isObject(document) ? mapValues(document, change) : undefined;
}

/** Stands for a field that is taken away. */
const gone = Symbol("gone");

function newValue(change: JsonChange, value: unknown): unknown {
  if (change === "null-field") return null;
  if (change === "missing-field") return gone;
  if (change === "wrong-type") return wrongTyped(value);
  // The smallest whole number that a reader with 64-bit floats takes for another one.
  if (change === "big-integer") return numberWritten("9007199254740993");
  if (change === "long-string") return `${value} ${"and so on ".repeat(400).trimEnd()}`;
  if (change === "unknown-version") return otherVersion(value);
  return String(value) === String(value).toUpperCase() ? "HOLDFAST_UNKNOWN" : "holdfast_unknown";
}

function otherVersion(value: unknown): unknown {
  if (numberText(value) !== null) return numberWritten("999");
  const text = String(value);
  return /\d/.test(text) ? text.replace(/\d+/, "999") : "unknown-999";
}

/** A value of another type in place of each leaf; objects and lists keep their shape, so that readers get that far. */
function allWrong(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(allWrong);
  return isObject(value) ? mapValues(value, allWrong) : wrongTyped(value);
}

function wrongTyped(value: unknown): unknown {
  return typeof value === "string" ? { was: "text" } : "not what it was";
}

const unknownName = "holdfastUnknown";

/** One more field. In a mapping whose values are all of one kind it is of that kind too: it may be a dictionary. */
function withUnknown(mapping: Mapping): Mapping {
  const values = Object.values(mapping);
  const kinds = new Set(values.map(kindOf));
  const [kind] = kinds;
  if (kinds.size !== 1) return { ...mapping, [unknownName]: "added" };
  if (kind === "number") return { ...mapping, [unknownName]: numberWritten("0") };
  if (kind === "boolean") return { ...mapping, [unknownName]: false };
  return { ...mapping, [unknownName]: kind === "string" ? "added" : values[0] };
}

function kindOf(value: unknown): string {
  if (numberText(value) !== null) return "number";
  return Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
}

function unknownBelow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unknownBelow);
  return isObject(value) ? withUnknown(mapValues(value, unknownBelow)) : value;
}

function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, reordered(each)] as const)
      .reverse(),
  );
}

function mapValues(mapping: Mapping, change: (value: unknown) => unknown): Mapping {
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [key, change(value)]));
}

const wordly = /^[A-Za-z][A-Za-z_-]{1,31}$/;
const enumName = /(?:status|state|type|kind|reason|category|result|outcome)$/i;
const proseName = /(?:description|message|note|comment|title|text|detail|summary)s?$/i;
const versionName = /^(?:api|schema|spec|data|event|doc)?[-_]?version$|^v$/i;

/** The first place that suits a change, those with a telling name before others. */
function placeFor(document: unknown, change: JsonChange): Place | undefined {
  const leaves = [...leavesOf(document, [])];
  const named = (name: RegExp) => leaves.filter(({ path }) => name.test(path.at(-1) ?? ""));
  const texts = (places: readonly Place[], form: RegExp) =>
    places.find(({ value }) => typeof value === "string" && form.test(value));
  switch (change) {
    case "unknown-enum":
      return texts(named(enumName), wordly) ?? texts(leaves, wordly);
    case "long-string":
      return texts(named(proseName), /./) ?? texts(leaves, /\S \S/);
    case "big-integer":
      return leaves.find(({ value }) => /^-?\d+$/.test(numberText(value) ?? ""));
    case "unknown-version":
      return named(versionName).find(({ path, value }) => path.length === 1 && value !== null);
    default:
      return leaves.find(({ path }) => path.length > 0);
  }
}

function* leavesOf(value: unknown, path: readonly string[]): Generator<Place> {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) yield* leavesOf(each, [...path, String(index)]);
  } else if (isObject(value)) {
    for (const [key, each] of Object.entries(value)) yield* leavesOf(each, [...path, key]);
  } else yield { path, value };
}

function placeAt(document: unknown, pointer: string): Place | undefined {
  const path = pointer
    .split("/")
    .slice(1)
    .map((raw) => raw.replaceAll("~1", "/").replaceAll("~0", "~"));
  let value = document;
  for (const key of path) {
    if (!(Array.isArray(value) || isObject(value)) || !Object.hasOwn(value, key)) return undefined;
    value = (value as Mapping)[key];
  }
  return path.length === 0 ? undefined : { path, value };
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value)) {
    const list = value.map((each, index) => (String(index) === key ? replaced(each, rest, by) : each));
    return list.filter((each) => each !== gone);
  }
  const entries = Object.entries(value as Mapping).map(
    ([name, each]) => [name, name === key ? replaced(each, rest, by) : each] as const,
  );
  return Object.fromEntries(entries.filter(([, each]) => each !== gone));
}

function isObject(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) && numberText(value) === null;
}
