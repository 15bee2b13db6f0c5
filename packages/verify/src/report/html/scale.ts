/** A place on a drawing as an SVG percentage, so that drawings stretch and their letters do not. */
export type Place = string;

/** From numbers to places; the ends keep a little room. */
export interface Scale {
  readonly fromValue: number;
  readonly toValue: number;
  place(value: number): Place;
  /** The same as a number of percent, for deciding what has room. */
  percent(value: number): number;
}

/** A linear scale over the given range. */
export function linearScale(fromValue: number, toValue: number): Scale {
  const span = toValue > fromValue ? toValue - fromValue : 1;
  const percent = (value: number): number => Math.min(100, Math.max(0, ((value - fromValue) / span) * 100));
  return { fromValue, toValue, percent, place: (value) => placeOf(percent(value)) };
}

/** A percentage with two digits. */
export function placeOf(percent: number): Place {
  return `${Number(percent.toFixed(2))}%`;
}

/** Round values on a scale, about `count` of them, both ends at most included. */
export function ticksOf(scale: Scale, count: number): readonly number[] {
  const span = scale.toValue - scale.fromValue;
  if (!(span > 0)) return [scale.fromValue];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const first = Math.ceil(scale.fromValue / step);
  const last = Math.floor(scale.toValue / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}
