import { nothingTold, type Told } from "../entry.ts";
import { fieldNamed, opened } from "../field-names.ts";

/** What a line of JSON tells; `null` where it is none, or no object. */
export function readJson(text: string): Told | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const told = nothingTold();
  take(told, value as Record<string, unknown>, "", 0);
  return told;
}

const depthMax = 3;

/** Takes what fields tell; what stands further out counts more. */
export function take(
  told: Told,
  fields: Readonly<Record<string, unknown>>,
  prefix: string,
  depth: number,
): void {
  let inner: string[] | null = null;
  for (const name in fields) {
    const value = fields[name];
    if (typeof value === "string" || typeof value === "number") setBoth(told, name, value, prefix, depth);
    else if (depth < depthMax && isOpened(name, value)) {
      inner ??= [];
      inner.push(name);
    }
  }
  for (const name of inner ?? []) take(told, fields[name] as Record<string, unknown>, name, depth + 1);
}

function isOpened(name: string, value: unknown): boolean {
  return typeof value === "object" && value !== null && opened.has(name) && !Array.isArray(value);
}

function setBoth(told: Told, name: string, value: string | number, prefix: string, depth: number): void {
  set(told, prefix === "" ? name : `${prefix}.${name}`, value);
  // Deeper down, a field speaks for itself: `http.response.status_code`.
  if (depth > 1) set(told, name, value);
}

/** Sets what a field tells, unless something told it before. */
export function set(told: Told, name: string, value: string | number): void {
  const field = fieldNamed(withoutEnvelope(name));
  if (field === null || told[field] !== null) return;
  const mixed = told as unknown as Record<string, string | number | null>;
  if (numeric.has(field)) mixed[field] = value;
  else if (field !== "durationMs") mixed[field] = String(value);
}

function withoutEnvelope(name: string): string {
  return name.startsWith("attributes.") || name.startsWith("resource.") || name.startsWith("fields.")
    ? name.slice(name.lastIndexOf(".", name.indexOf(".")) + 1)
    : name;
}

const numeric: ReadonlySet<keyof Told> = new Set([
  "time",
  "level",
  "status",
  "attempt",
  "attempts",
  "durationMs",
  "deliveries",
]);
