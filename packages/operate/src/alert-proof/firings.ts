import type { Firing, FiringMoment, ReadAlert } from "./model.ts";

/** The times at which alerts were looked at, and when the fault began and ended. */
export interface Watch {
  readonly atMs: readonly number[];
  readonly faultFromMs: number;
  readonly faultToMs: number;
}

/** What fired in a watch: the moments of one alert with one set of labels are one firing, from the first to the last. */
export function firingsOf(
  moments: readonly FiringMoment[],
  { atMs, faultFromMs, faultToMs }: Watch,
  alerts: readonly ReadAlert[],
): readonly Firing[] {
  const last = atMs.at(-1) ?? faultToMs;
  const groups = Map.groupBy(moments, ({ alert, labels }) => JSON.stringify([alert, labels]));
  return [...groups.values()].flatMap((those) => {
    const times = those.map((moment) => moment.atMs).toSorted((a, b) => a - b);
    const [first, until] = [times[0], times.at(-1)];
    const one = those[0];
    if (one === undefined || first === undefined || until === undefined) return [];
    const over = atMs.find((at) => at > until);
    return [
      {
        alert: one.alert,
        file: ruleOf(one, alerts)?.file ?? "",
        labels: one.labels,
        annotations: one.annotations,
        firedAtMs: first - faultFromMs,
        resolvedAtMs: over === undefined ? null : Math.max(0, over - faultToMs),
        watchedMs: last - faultToMs,
      },
    ];
  });
}

/** The rule that fired: names may be shared, what is written into its labels tells them apart. */
export function ruleOf(
  { alert, labels }: Pick<FiringMoment, "alert" | "labels">,
  alerts: readonly ReadAlert[],
): ReadAlert | undefined {
  return alerts.find(
    (rule) =>
      rule.name === alert &&
      Object.entries(rule.labels).every(([label, value]) => value.includes("{{") || labels[label] === value),
  );
}
