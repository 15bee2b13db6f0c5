import type { CallState } from "./call-state.ts";
import type { Cause } from "./cause.ts";
import type { Certainty } from "./certainty.ts";
import type { Entry } from "./entry.ts";
import type { KeptLine } from "./failure-group.ts";
import type { Sign } from "./sign.ts";

/** Something that logs show, with the lines that show it. */
export interface Finding {
  readonly finder: string;
  readonly certainty: Certainty;
  readonly says: string;
  /** What to look at next. */
  readonly next: string;
  readonly lines: readonly KeptLine[];
}

/** An entry with what it is a sign of, and the call that it belongs to. */
export interface Seen {
  readonly entry: Entry;
  readonly sign: Sign;
  readonly call: CallState | null;
}

/** What is known when everything was read. */
export interface Known {
  readonly cause: Cause | null;
  readonly callsTotal: number;
  readonly callsFailed: number;
}

/** One finder at work on one diagnosis. */
export interface Watch {
  entry?(seen: Seen): void;
  /** A call of which nothing more comes. */
  call?(call: CallState): void;
  end(known: Known): readonly Omit<Finding, "finder">[];
}

/** A finder: what it asks, where the guide helps, and how it watches. */
export interface Finder {
  readonly id: string;
  readonly question: string;
  readonly guide: string;
  watch(): Watch;
}
