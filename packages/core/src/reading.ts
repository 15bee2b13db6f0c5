/** What came of reading a notation such as `250ms`: the value, or what was expected and how to mend it. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly expected: string; readonly remedy: string };
