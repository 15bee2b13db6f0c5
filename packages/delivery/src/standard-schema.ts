/**
 * The part of Standard Schema v1 (standardschema.dev) that a message needs. Zod, Valibot, ArkType and others are such schemas as
 * they are; nothing has to be installed for it.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value: the value as its consumer sees it, or what is wrong and where. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a producer hands over. */
export type SchemaInput<Schema> = Schema extends StandardSchema<infer Input, infer _Output> ? Input : never;
/** What a consumer's handler gets. */
export type SchemaOutput<Schema> = Schema extends StandardSchema<infer _Input, infer Output> ? Output : never;

/** The issues as one line a person can act on: `total: must be a number; items[0].sku: required`. */
export function describeIssues(issues: readonly SchemaIssue[]): string {
  return issues
    .map(({ message, path = [] }) => (path.length === 0 ? message : `${placeOf(path)}: ${message}`))
    .join("; ");
}

function placeOf(path: NonNullable<SchemaIssue["path"]>): string {
  let place = "";
  for (const step of path) {
    const key = typeof step === "object" ? step.key : step;
    place += typeof key === "number" ? `[${key}]` : `${place === "" ? "" : "."}${String(key)}`;
  }
  return place;
}
