/**
 * Headers that came in, or any carrier like them: `Headers` of the web; Node's `headers`, `headersDistinct` or `rawHeaders`; a plain
 * record whose names may be written in any case.
 */
export type IncomingHeaders =
  | { get(name: string): string | null }
  | readonly string[]
  | { readonly [name: string]: string | readonly string[] | undefined };

/** Headers about to go out: `Headers` of the web, a request or response of Node, or a plain record. */
export type OutgoingHeaders =
  | { set(name: string, value: string): unknown; delete(name: string): unknown }
  | { setHeader(name: string, value: string): unknown; removeHeader(name: string): unknown }
  | { [name: string]: string | number | readonly string[] | undefined };

/** All values of up to two headers, in the order in which they came. Names in lower case. */
export function headerValues(headers: IncomingHeaders, first: string, second: string | null): HeaderValues {
  const found: HeaderValues = { first: [], second: [] };
  const names: Names = { first, second };
  if (isList(headers)) {
    for (let at = 0; at < headers.length; at += 2) add(found, names, headers[at] ?? "", headers[at + 1]);
  } else if (isLookup(headers)) {
    add(found, names, first, headers.get(first));
    if (second !== null) add(found, names, second, headers.get(second));
  } else {
    for (const name of Object.keys(headers)) add(found, names, name, headers[name]);
  }
  return found;
}

/** Writes a header in place of all others of its name, whatever their case; `null` takes it away. */
export function putHeader(headers: OutgoingHeaders, name: string, value: string | null): void {
  if (value === null) remove(headers, name);
  else if (isMessage(headers)) headers.setHeader(name, value);
  else if (isBag(headers)) headers.set(name, value);
  else {
    remove(headers, name);
    headers[name] = value;
  }
}

interface HeaderValues {
  readonly first: string[];
  readonly second: string[];
}

interface Names {
  readonly first: string;
  readonly second: string | null;
}

function add(found: HeaderValues, names: Names, name: string, value: unknown): void {
  const into = isNamed(name, names.first)
    ? found.first
    : names.second !== null && isNamed(name, names.second)
      ? found.second
      : null;
  if (into === null) return;
  for (const one of Array.isArray(value) ? value : [value]) if (typeof one === "string") into.push(one);
}

/** The length is asked first: it tells nearly every header apart without writing its name anew. */
function isNamed(name: string, wanted: string): boolean {
  return name.length === wanted.length && name.toLowerCase() === wanted;
}

function isList(headers: IncomingHeaders): headers is readonly string[] {
  return Array.isArray(headers);
}

/** A record may hold a header named `get`, but never a function. */
function isLookup(headers: IncomingHeaders): headers is { get(name: string): string | null } {
  return "get" in headers && typeof headers.get === "function";
}

function remove(headers: OutgoingHeaders, name: string): void {
  if (isMessage(headers)) headers.removeHeader(name);
  else if (isBag(headers)) headers.delete(name);
  else for (const present of Object.keys(headers)) if (isNamed(present, name)) delete headers[present];
}

type Message = Extract<OutgoingHeaders, { removeHeader(name: string): unknown }>;
type Bag = Extract<OutgoingHeaders, { delete(name: string): unknown }>;

function isMessage(headers: OutgoingHeaders): headers is Message {
  return "setHeader" in headers && typeof headers["setHeader"] === "function";
}

function isBag(headers: OutgoingHeaders): headers is Bag {
  return "set" in headers && typeof headers["set"] === "function";
}
