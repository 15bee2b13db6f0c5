import type { IncomingHeaders } from "@holdfast/core";

/** The value of one header; `null` where it is not there. Of several values the first counts. */
export function headerValue(headers: IncomingHeaders, name: string): string | null {
  if (isList(headers)) return fromList(headers, name);
  if (isLookup(headers)) return headers.get(name);
  // Node has written the names in small letters, and nearly always it is Node.
  const direct = headers[name] ?? headers[Object.keys(headers).find((one) => isNamed(one, name)) ?? name];
  return (typeof direct === "string" ? direct : direct?.[0]) ?? null;
}

function fromList(list: readonly string[], name: string): string | null {
  for (let at = 0; at < list.length; at += 2) if (isNamed(list[at] ?? "", name)) return list[at + 1] ?? null;
  return null;
}

function isNamed(name: string, wanted: string): boolean {
  return name.length === wanted.length && name.toLowerCase() === wanted.toLowerCase();
}

function isList(headers: IncomingHeaders): headers is readonly string[] {
  return Array.isArray(headers);
}

function isLookup(headers: IncomingHeaders): headers is { get(name: string): string | null } {
  return "get" in headers && typeof headers.get === "function";
}
