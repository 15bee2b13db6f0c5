import type { Place } from "./run-name.ts";

/** A relay under measurement, in a process of its own. */
export interface Contender {
  /** Writes so many messages into its outbox, as its own documentation says. */
  fill(count: number): Promise<void>;
  /** Relays so many messages, calling `confirmed` at each confirm of the broker; resolves when it has stopped. */
  drain(count: number, confirmed: () => void): Promise<void>;
  /** How many messages the broker has that were not there before the last `purge`. */
  arrived(): Promise<number>;
  purge(): Promise<void>;
  /** Takes away everything that it made, and closes. */
  clean(): Promise<void>;
}

/** Makes what a contender needs on the servers. */
export type OpenContender = (place: Place) => Promise<Contender>;

/** Waits for a number of calls. */
export function countdown(count: number): { readonly done: Promise<void>; readonly one: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = count;
  if (left === 0) resolve();
  return {
    done: promise,
    one: () => {
      left -= 1;
      if (left === 0) resolve();
    },
  };
}
