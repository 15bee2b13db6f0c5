/** How much must have happened before an alert on a share of events is believed. */
export interface Gate {
  /** Events in the long window at least: a share of fewer says little. */
  readonly eventsMin: number;
  /** Bad events in the long window at least: one failed call at night pages nobody. */
  readonly badMin: number;
}

/** The gate where none is given. */
export const gateDefault: Gate = { eventsMin: 20, badMin: 5 };
