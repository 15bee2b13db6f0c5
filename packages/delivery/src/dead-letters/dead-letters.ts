import type { Store } from "../store.ts";
import type { Surroundings } from "../surroundings.ts";
import { uuid7Maker } from "../uuid7.ts";
import { type DiscardOptions, type DiscardResult, discardLetters } from "./discard.ts";
import type { DeadLetterFilter } from "./filter.ts";
import { countLetters, type ListOptions, listLetters, type ShownLetter, showLetter } from "./list.ts";
import type { DeadLetterSummary } from "./read.ts";
import { type RedriveOptions, type RedriveResult, redriveLetters } from "./redrive.ts";
import { type DeadLetterStatistics, deadLetterStatistics } from "./statistics.ts";

/** What an operator does with messages that were given up. */
export interface DeadLetters {
  /** The letters that match, newest first, read page by page. */
  list(filter?: DeadLetterFilter, options?: ListOptions): AsyncIterable<DeadLetterSummary>;
  count(filter?: DeadLetterFilter): Promise<number>;
  /** One letter, whole, with what was done with its message before; null where there is none. */
  show(id: string): Promise<ShownLetter | null>;
  /** Sends letters back to where they were given up, under their own ids, at a rate. */
  redrive(filter: DeadLetterFilter, options: RedriveOptions): Promise<RedriveResult>;
  /** Deletes letters for good; an audit row remains of each. */
  discard(filter: DeadLetterFilter, options: DiscardOptions): Promise<DiscardResult>;
  /** How many there are of what, and how old. */
  statistics(): Promise<DeadLetterStatistics>;
}

/** The dead letters of a store. */
export function deadLetters({
  store,
  ...surroundings
}: Surroundings & { readonly store: Store }): DeadLetters {
  const parts = { store, ...surroundings, newId: uuid7Maker(surroundings) };
  return {
    list: (filter = {}, options = {}) => listLetters(store, filter, options),
    count: (filter = {}) => countLetters(store, filter),
    show: (id) => showLetter(store, id),
    redrive: (filter, options) => redriveLetters(parts, filter, options),
    discard: (filter, options) => discardLetters(parts, filter, options),
    statistics: () => deadLetterStatistics(store),
  };
}
