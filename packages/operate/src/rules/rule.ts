/** Labels or annotations. */
export type Texts = Readonly<Record<string, string>>;

/** A rule that records the value of an expression under a name. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Texts;
}

/** A rule that alerts while its expression has values. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the expression must have values first; left out: not at all. */
  readonly forMs?: number;
  readonly labels: Texts;
  readonly annotations: Texts;
}

/** Rules that are evaluated together, one after another. */
export interface RuleGroup {
  readonly name: string;
  readonly intervalMs: number;
  readonly rules: readonly (RecordingRule | AlertRule)[];
}

/** A duration as Prometheus writes it, in the largest unit that divides it. */
export function promDuration(ms: number): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
  ] as const;
  const [unit, size] = units.find(([, length]) => ms % length === 0) ?? ["ms", 1];
  return `${ms / size}${unit}`;
}
