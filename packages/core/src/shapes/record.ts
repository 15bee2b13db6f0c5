import type { Shape } from "../shape.ts";
import { defineShape, problemAt, type ShapeOptions, wrongType } from "./define.ts";

/** Settings of a `record` shape. */
export interface RecordOptions<T> extends ShapeOptions<Readonly<Record<string, T>>> {
  /** What every key must match, and how to say so. */
  readonly keys?: { readonly pattern: RegExp; readonly expected: string };
}

/** A mapping with free keys whose values all have one shape. */
export function record<T>(entry: Shape<T>, options: RecordOptions<T>): Shape<Readonly<Record<string, T>>> {
  const { keys } = options;
  const expected = "a mapping";
  return defineShape(options, {
    expected,
    schema: {
      type: "object",
      additionalProperties: entry.schema,
      ...(keys === undefined ? {} : { propertyNames: { pattern: keys.pattern.source } }),
    },
    read(value, path, problems) {
      if (!isMapping(value)) {
        problems.push(wrongType(path, value, expected));
        return undefined;
      }
      const read: [string, T][] = [];
      for (const [key, item] of Object.entries(value)) {
        if (keys !== undefined && !keys.pattern.test(key)) {
          const told = { expected: keys.expected, remedy: `Rename the key to ${keys.expected}.` };
          problems.push(problemAt([...path, key], key, "BAD_KEY", told));
        }
        const entryValue = entry.read(item, [...path, key], problems);
        if (entryValue !== undefined) read.push([key, entryValue]);
      }
      return Object.fromEntries(read);
    },
  });
}

/** Whether a value is a mapping of keys to values, as JSON and YAML have them. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
