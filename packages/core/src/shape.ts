/**
 * Shapes: data that says what a value must look like. From one declaration come the check (all problems at once, each with
 * its path, expectation and remedy), the JSON Schema for editors, the option tables of the reference and the flags of the
 * command line.
 */

/** Where a value stands inside a document. */
export type Path = readonly (string | number)[];

/** One thing wrong with a value, told so that it can be mended. */
export interface Problem {
  /** Stable identifier: `UNKNOWN_KEY`, `MISSING`, `WRONG_TYPE`, `OUT_OF_RANGE`, `BAD_FORMAT`, `CONFLICT`, … */
  readonly code: string;
  readonly path: Path;
  /** What stands there, in a few words: `"two seconds"`, `a list`, `nothing`. */
  readonly found: string;
  /** What would be right: `a duration such as 250ms, 2s or 5m`. */
  readonly expected: string;
  /** How to mend it, in one sentence. */
  readonly remedy: string;
}

/** A JSON Schema (draft 2020-12), as plain data. */
export type JsonSchema = { readonly [key: string]: unknown };

/** A declared shape whose accepted values are read as `T`. */
export interface Shape<T> {
  /** One sentence for the reference. */
  readonly doc: string;
  /** What belongs here, to finish "expected …". */
  readonly expected: string;
  /** The value when the key is absent; a shape without `default` is required unless `optional`. */
  readonly default?: T;
  readonly optional?: boolean;
  /** Reads `value`, adding to `problems` all that is wrong; `undefined` when nothing usable came of it. */
  read(value: unknown, path: Path, problems: Problem[]): T | undefined;
  readonly schema: JsonSchema;
}
