/** Reads a field of anything. What has no fields, or throws when it is read, answers `undefined`. */
export function readField(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return (value as Readonly<Record<string, unknown>>)[name];
  } catch {
    return undefined;
  }
}

/** Reads a field that is a text; `undefined` where it is none. */
export function readText(value: unknown, name: string): string | undefined {
  const field = readField(value, name);
  return typeof field === "string" ? field : undefined;
}

/** Reads a field that is a number; `undefined` where it is none. */
export function readNumber(value: unknown, name: string): number | undefined {
  const field = readField(value, name);
  return typeof field === "number" ? field : undefined;
}
