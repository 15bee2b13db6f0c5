/**
 * The most events that no Prometheus takes for `least` in a window of so many steps. From version 3 on, a window has no sample at its
 * beginning, and what grew between the others is stretched over that step as well.
 */
export function justBelow(least: number, steps: number): number {
  return Math.ceil((least * (steps - 1)) / steps) - 1;
}
