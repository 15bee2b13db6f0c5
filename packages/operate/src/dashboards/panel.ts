import type { ModeSubject } from "../alerts/mode-subject.ts";
import type { Objective } from "../slo/objective.ts";

/** A unit as Grafana names it. */
export type Unit = "short" | "s" | "percentunit" | "reqps" | "ops" | "none";

/** A line of a panel: a query, and what its series are called. */
export interface PanelQuery {
  readonly expr: string;
  /** `{{label}}` stands for the value of a label. */
  readonly legend: string;
  /** Whether traces that were sampled are shown beside it; histograms have them. */
  readonly exemplars?: true;
}

/** From a value on, a colour: what is normal is green, what needs somebody is red. */
export interface Step {
  readonly from: number;
  readonly colour: "green" | "orange" | "red";
}

/** One picture: what it answers, and from which queries. */
export interface Panel {
  readonly title: string;
  /** What it shows and how it looks when something is wrong, for whoever sees it for the first time. */
  readonly says: string;
  readonly shows: "lines" | "number" | "states";
  readonly unit: Unit;
  readonly queries: readonly PanelQuery[];
  /** Below the first one, the colour of the first holds too. */
  readonly steps?: readonly Step[];
  /** Words for values, where they stand for states. */
  readonly words?: Readonly<Record<number, string>>;
  /** Columns of the 24 that a row has. */
  readonly width: 6 | 8 | 12 | 24;
}

/** What a row of panels is made of. */
export interface PanelSubject {
  readonly subject: ModeSubject;
  readonly objectives: readonly Objective[];
}

/** A row of a dashboard: data plus a function. It answers none where the subject has no such metrics. */
export interface PanelRow {
  readonly id: string;
  readonly title: string;
  /** `integration`: one dashboard each; `delivery`: that of the service, where it delivers messages. */
  readonly of: "integration" | "delivery";
  panels(of: PanelSubject): readonly Panel[];
}
