/** A stretch of time in which something goes on evenly, in steps of the test. */
export interface Stretch {
  readonly steps: number;
  /** What a counter grows by in a step, or what a gauge is; `null`: nothing is scraped. */
  readonly each: number | null;
}

/** A counter that starts at zero, as promtool writes one. A step without samples breaks it off; it goes on where it was. */
export function counter(stretches: readonly Stretch[]): string {
  let at = 0;
  // A counter that is not there at first has no zero either.
  const parts = stretches.find(({ steps }) => steps > 0)?.each === null ? ["_"] : ["0"];
  for (const { steps, each } of stretches) {
    if (steps <= 0) continue;
    if (each === null) parts.push(`_x${steps}`);
    else {
      // Events are whole; and a counter that lost a billionth to rounding would look as if it had begun anew.
      const step = Math.round(each);
      parts.push(run(at + step, step, steps));
      at += step * steps;
    }
  }
  return parts.join(" ");
}

/** A gauge, as promtool writes one; its first stretch includes the first sample. */
export function gauge(stretches: readonly Stretch[]): string {
  return stretches
    .filter(({ steps }) => steps > 0)
    .map(({ steps, each }) => (each === null ? `_x${steps}` : run(each, 0, steps)))
    .join(" ");
}

function run(from: number, each: number, steps: number): string {
  return `${from}+${each}x${steps - 1}`;
}
