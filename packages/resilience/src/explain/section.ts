/** A part of an explanation, ready to be set in type. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly table?: readonly (readonly string[])[];
  readonly notes?: readonly string[];
}

/** A name and what there is to say about it. */
export type Row = readonly [name: string, says: string];
