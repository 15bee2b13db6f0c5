/**
 * What is left of a value that was kept as JSON, as a type: a `Date` comes back as a text, and what JSON cannot hold does not come
 * back. Results of steps are read by later steps, maybe by another process, in this form.
 */
export type Kept<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends { toJSON(): infer Json }
      ? Kept<Json>
      : T extends bigint | symbol | ((...given: never) => unknown)
        ? never
        : T extends object
          ? { readonly [K in keyof T]: Kept<T[K]> }
          : undefined;
