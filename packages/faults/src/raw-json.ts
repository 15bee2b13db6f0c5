/** The parts of JavaScript's JSON that keep numbers as they are written; the platform has them, its type declarations do not yet. */
interface RawJson {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
}

const raw = JSON as unknown as RawJson;

/** Reads JSON so that writing it again gives every number as it was written; `undefined` when it is none. */
export function parseKeepingNumbers(text: string): unknown {
  try {
    return raw.parse(text, (_, value, { source }) =>
      typeof value === "number" && source !== undefined ? raw.rawJSON(source) : value,
    );
  } catch {
    return undefined;
  }
}

/** A number that is written exactly so. */
export function numberWritten(text: string): object {
  return raw.rawJSON(text);
}

/** The text of a number as it was read, `null` for every other value. */
export function numberText(value: unknown): string | null {
  return raw.isRawJSON(value) ? JSON.stringify(value) : null;
}
