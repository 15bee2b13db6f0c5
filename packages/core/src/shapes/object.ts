import { nearest } from "../nearest.ts";
import type { Path, Problem, Shape } from "../shape.ts";
import { defineShape, problemAt, type ShapeOptions, wrongType } from "./define.ts";
import { isMapping } from "./record.ts";

/** Named shapes: the fields of an object. */
export type Fields = Readonly<Record<string, Shape<unknown>>>;

/** What a shape reads. */
export type ValueOf<S> = S extends Shape<infer T> ? T : never;

type OptionalName<F> = {
  [Name in keyof F]: F[Name] extends { readonly optional: true } ? Name : never;
}[keyof F];

/** What an object with these fields reads: optional ones may be absent, ones with a default never are. */
export type FieldsOf<F extends Fields> = {
  readonly [Name in Exclude<keyof F, OptionalName<F>>]: ValueOf<F[Name]>;
} & { readonly [Name in OptionalName<F>]?: ValueOf<F[Name]> };

/** A shape with named fields, kept open to view for tables and tools. */
export interface ObjectShape<F extends Fields> extends Shape<FieldsOf<F>> {
  readonly fields: F;
}

/** Settings of an `object` shape. */
export interface ObjectOptions<F extends Fields> extends Omit<ShapeOptions<FieldsOf<F>>, "default"> {
  readonly fields: F;
  /** What it is called in "expected …"; default `a mapping`. */
  readonly expected?: string;
}

/** A mapping with known keys: unknown keys (with the nearest known one) and missing keys are problems, all told at once. */
export function object<F extends Fields>(options: ObjectOptions<F>): ObjectShape<F> {
  const { fields, expected = "a mapping" } = options;
  const required = Object.keys(fields).filter((name) => isRequired(fields[name]));
  const shape = defineShape<FieldsOf<F>>(options, {
    expected,
    schema: {
      type: "object",
      properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.schema])),
      ...(required.length > 0 ? { required } : {}),
      additionalProperties: false,
    },
    read(value, path, problems) {
      if (!isMapping(value)) {
        problems.push(wrongType(path, value, expected));
        return undefined;
      }
      const atStart = problems.length;
      reportUnknownKeys(Object.keys(fields), value, path, problems);
      const misspelt = problems
        .slice(atStart)
        .map(({ path: at }) => nearest(String(at.at(-1)), Object.keys(fields)));
      const read = Object.entries(fields).map(([name, field]) => {
        // A key that is misspelt is not missing as well.
        if (misspelt.includes(name) && !Object.hasOwn(value, name)) return [name, undefined] as const;
        return [name, readField(field, name, value, path, problems)] as const;
      });
      if (problems.length > atStart) return undefined;
      return Object.fromEntries(read.filter(([, entry]) => entry !== undefined)) as FieldsOf<F>;
    },
  });
  return { ...shape, fields };
}

/** Adds a problem for each key that is not in `known`, with the nearest one that is. */
export function reportUnknownKeys(
  known: readonly string[],
  value: Readonly<Record<string, unknown>>,
  path: Path,
  problems: Problem[],
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    const expected = `one of the keys ${known.join(", ")}`;
    const remedy = near === undefined ? "Remove the key." : `Did you mean ${near}?`;
    problems.push(problemAt([...path, key], key, "UNKNOWN_KEY", { expected, remedy }));
  }
}

function isRequired(field: Shape<unknown> | undefined): boolean {
  return field !== undefined && field.default === undefined && field.optional !== true;
}

function readField(
  field: Shape<unknown>,
  name: string,
  value: Readonly<Record<string, unknown>>,
  path: Path,
  problems: Problem[],
): unknown {
  if (Object.hasOwn(value, name) && value[name] !== undefined) {
    return field.read(value[name], [...path, name], problems);
  }
  if (!isRequired(field)) return field.default;
  const expected = `the key ${name}: ${field.expected}`;
  const remedy = `Add ${name}: ${field.doc === "" ? field.expected : lowerFirst(field.doc)}`;
  problems.push({ code: "MISSING", path: [...path, name], found: "nothing", expected, remedy });
  return undefined;
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
