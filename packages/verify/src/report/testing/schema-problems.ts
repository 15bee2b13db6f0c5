import type { JsonSchema } from "@holdfast/core";

/** Whatever in `value` is against `schema`, for the part of JSON Schema that the published schema uses; each with its path. */
export function schemaProblems(
  value: unknown,
  schema: JsonSchema,
  root: JsonSchema = schema,
  path = "$",
): string[] {
  const known = new Set(["$schema", "$defs", "title", "description", ...Object.keys(keywords)]);
  const unknown = Object.keys(schema).filter((keyword) => !known.has(keyword));
  if (unknown.length > 0) return [`${path}: this validator does not know ${unknown.join(", ")}`];
  return Object.entries(keywords).flatMap(([keyword, test]) =>
    schema[keyword] === undefined ? [] : test({ value, argument: schema[keyword], schema, root, path }),
  );
}

interface Question {
  readonly value: unknown;
  readonly argument: unknown;
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
  readonly path: string;
}

const keywords: Readonly<Record<string, (question: Question) => string[]>> = {
  $ref: ({ value, argument, root, path }) => {
    const name = String(argument).replace("#/$defs/", "");
    const definition = (root["$defs"] as Record<string, JsonSchema>)[name];
    return definition === undefined
      ? [`${path}: no definition ${name}`]
      : schemaProblems(value, definition, root, path);
  },
  anyOf: ({ value, argument, root, path }) => {
    const results = (argument as JsonSchema[]).map((one) => schemaProblems(value, one, root, path));
    return results.some((problems) => problems.length === 0) ? [] : results.flat();
  },
  type: ({ value, argument, path }) =>
    isOfType(value, String(argument)) ? [] : [`${path}: not of type ${argument}`],
  const: ({ value, argument, path }) => (value === argument ? [] : [`${path}: not ${argument}`]),
  enum: ({ value, argument, path }) =>
    (argument as unknown[]).includes(value)
      ? []
      : [`${path}: ${JSON.stringify(value)} is none of the known words`],
  minimum: ({ value, argument, path }) =>
    typeof value === "number" && value < Number(argument) ? [`${path}: below ${argument}`] : [],
  pattern: ({ value, argument, path }) =>
    typeof value === "string" && !new RegExp(String(argument), "u").test(value)
      ? [`${path}: not like ${argument}`]
      : [],
  minItems: ({ value, argument, path }) =>
    Array.isArray(value) && value.length < Number(argument) ? [`${path}: fewer than ${argument}`] : [],
  maxItems: ({ value, argument, path }) =>
    Array.isArray(value) && value.length > Number(argument) ? [`${path}: more than ${argument}`] : [],
  items: ({ value, argument, root, path }) =>
    Array.isArray(value)
      ? value.flatMap((one, index) => schemaProblems(one, argument as JsonSchema, root, `${path}[${index}]`))
      : [],
  required: ({ value, argument, path }) =>
    isRecord(value)
      ? (argument as string[]).filter((name) => !(name in value)).map((name) => `${path}.${name}: missing`)
      : [],
  properties: ({ value, argument, root, path }) =>
    isRecord(value)
      ? Object.entries(argument as Record<string, JsonSchema>).flatMap(([name, one]) =>
          name in value ? schemaProblems(value[name], one, root, `${path}.${name}`) : [],
        )
      : [],
  additionalProperties: ({ value, argument, schema, path }) => {
    if (argument !== false || !isRecord(value)) return [];
    const names = Object.keys(schema["properties"] as object);
    return Object.keys(value)
      .filter((name) => !names.includes(name))
      .map((name) => `${path}.${name}: unknown field`);
  },
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isRecord(value);
  if (type === "integer") return Number.isInteger(value);
  return type === "null" ? value === null : typeof value === type;
}
