import type { Shape } from "../shape.ts";
import type { Fields, ObjectShape } from "./object.ts";

/** A line of an option table. */
export interface OptionRow {
  /** The key, with its parents: `retry.backoff.base`. */
  readonly name: string;
  /** What belongs there, in words. */
  readonly type: string;
  /** The default as people write it, or `null`. */
  readonly default: string | null;
  readonly required: boolean;
  readonly doc: string;
}

/** The option table of an object's fields, nested objects flattened with dots, for references and help texts. */
export function describe(fields: Fields): readonly OptionRow[] {
  return rows(fields, "");
}

function rows(fields: Fields, prefix: string): OptionRow[] {
  return Object.entries(fields).flatMap(([key, field]) => {
    const name = `${prefix}${key}`;
    const row = {
      name,
      type: field.expected,
      default: writtenDefault(field),
      required: field.default === undefined && field.optional !== true,
      doc: field.doc,
    };
    return isObjectShape(field) ? [row, ...rows(field.fields, `${name}.`)] : [row];
  });
}

function writtenDefault(field: Shape<unknown>): string | null {
  if (field.default === undefined) return null;
  const written = field.schema["default"] ?? field.default;
  return typeof written === "string" ? written : JSON.stringify(written);
}

function isObjectShape(shape: Shape<unknown>): shape is ObjectShape<Fields> {
  return "fields" in shape;
}
