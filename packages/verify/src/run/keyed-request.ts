import type { PlainRequest } from "./drivers/http.ts";

/** The key that a request carries at this place, a header (lower case) or a JSON pointer; `null` when it carries none. */
export function keyIn(request: PlainRequest, place: string): string | null {
  if (!place.startsWith("/")) return request.headers[place] || null;
  const found = stepsOf(place).reduce<unknown>((value, step) => fieldOf(value, step), parsed(request.body));
  return typeof found === "string" || typeof found === "number" ? String(found) : null;
}

/** The request with the key at this place; where the body cannot hold it, the request as it is. */
export function withKey(request: PlainRequest, place: string, key: string): PlainRequest {
  if (!place.startsWith("/")) return { ...request, headers: { ...request.headers, [place]: key } };
  const document = parsed(request.body);
  const steps = stepsOf(place);
  const holder = steps.slice(0, -1).reduce<unknown>((value, step) => fieldOf(value, step), document);
  const last = steps.at(-1);
  if (typeof holder !== "object" || holder === null || last === undefined) return request;
  Object.assign(holder, { [last]: key });
  return { ...request, body: JSON.stringify(document) };
}

/** A request with one more in the first number of its body; `null` when there is no number in it. */
export function withOtherNumber(request: PlainRequest): PlainRequest | null {
  let changed = false;
  const body = JSON.stringify(parsed(request.body) ?? null, (_, value: unknown) => {
    if (changed || typeof value !== "number") return value;
    changed = true;
    return value + 1;
  });
  return changed ? { ...request, body } : null;
}

/** A body as text that is equal for equal answers: the order of JSON keys does not matter. */
export function canonical(body: string): string {
  const document = parsed(body);
  return document === undefined ? body : JSON.stringify(document, sortedKeys);
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function stepsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function fieldOf(value: unknown, step: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, step)
    ? (value as Readonly<Record<string, unknown>>)[step]
    : undefined;
}

function parsed(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
