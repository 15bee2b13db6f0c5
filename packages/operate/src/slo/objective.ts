import type { Place } from "@holdfast/contract";
import type { Path } from "@holdfast/core";

/** What counts as an event and as a bad one, in PromQL. `{{window}}` stands for the window of a rate. */
export interface Indicator {
  /** Bad events per second over `{{window}}`. */
  readonly bad: string;
  /** All events per second over `{{window}}`. */
  readonly total: string;
  /** An instant vector that has a value wherever there are data; it tells how old they are. */
  readonly presence: string;
  /** Vectors without which the objective measures nothing; each gets an alert on its absence. */
  readonly needs: readonly { readonly what: string; readonly expression: string }[];
  /** Series that a test can feed, so that it speaks of the metrics themselves; `null`: the queries are somebody else's. */
  readonly feed: Feed | null;
}

/** The series behind an indicator: each grows by its share of good and of bad events. */
export type Feed = readonly {
  readonly series: string;
  readonly counts: "good" | "bad" | "all";
}[];

/** The labels that tell whose objective it is; alerts keep them. */
export interface Whose {
  readonly service: string;
  readonly integration: string;
  readonly provider: string;
}

/** One objective, wherever it was written down: a contract, OpenSLO, sloth. */
export interface Objective extends Whose {
  /** Unique in its document, and a label of everything recorded about it: `payments-availability`. */
  readonly id: string;
  /** What is held to the target, to finish "…% of": `calls to payments succeed`. */
  readonly says: string;
  readonly target: number;
  readonly periodMs: number;
  readonly indicator: Indicator;
  /** Whether anybody is to be woken for it; otherwise what would page makes a ticket. */
  readonly pages: boolean;
  /** As written: a path or a URL. */
  readonly runbook: string | null;
  /** Where its target stands in the document that declares it. */
  readonly path: Path;
  readonly place: Place;
}
