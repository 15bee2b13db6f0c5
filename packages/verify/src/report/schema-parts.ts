import type { JsonSchema } from "@holdfast/core";

/** An object that has these fields and no others; a name ending in `?` may be left out. */
export function record(description: string, fields: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const names = Object.keys(fields);
  return {
    type: "object",
    description,
    properties: Object.fromEntries(names.map((name) => [bare(name), fields[name]])),
    required: names.filter((name) => !name.endsWith("?")),
    additionalProperties: false,
  };
}

/** Text. */
export function text(description?: string): JsonSchema {
  return described({ type: "string" }, description);
}

/** A number; `least` is the smallest that can be. */
export function number(description?: string, least?: number): JsonSchema {
  return described(
    least === undefined ? { type: "number" } : { type: "number", minimum: least },
    description,
  );
}

/** A whole number from 0. */
export function count(description?: string): JsonSchema {
  return described({ type: "integer", minimum: 0 }, description);
}

/** One of a few words. */
export function oneOf(words: readonly string[], description?: string): JsonSchema {
  return described({ enum: words }, description);
}

/** A list of one kind of value. */
export function list(items: JsonSchema, description?: string): JsonSchema {
  return described({ type: "array", items }, description);
}

/** A definition under `$defs`. */
export function ref(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` };
}

/** A value or null. */
export function orNull(schema: JsonSchema, description?: string): JsonSchema {
  return described({ anyOf: [schema, { type: "null" }] }, description);
}

function bare(name: string): string {
  return name.endsWith("?") ? name.slice(0, -1) : name;
}

function described(schema: JsonSchema, description: string | undefined): JsonSchema {
  return description === undefined ? schema : { ...schema, description };
}
