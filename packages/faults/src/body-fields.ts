/** A JSON body, or `undefined` when it is none. */
export function readJson(body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** The value at a JSON pointer as a text: strings as they are, all else as JSON; `null` when nothing stands there. */
export function valueAt(document: unknown, pointer: string): string | null {
  let value = document;
  for (const raw of pointer.split("/").slice(1)) {
    const key = raw.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null) return null;
    if (!Object.prototype.propertyIsEnumerable.call(value, key)) return null;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
