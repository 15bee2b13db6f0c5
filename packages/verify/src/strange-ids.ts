import { spec } from "./experiments.ts";
import type { ExperimentSpec, Target } from "./model.ts";

/** Texts that are no traceparent: one that cannot be taken apart, one with ids of zeros, one that is cut off. */
export const malformedTraceparents: readonly string[] = [
  "no traceparent at all",
  `00-${"0".repeat(32)}-${"0".repeat(16)}-01`,
  "00-4bf92f3577b34da6a3ce929d0e0e47",
];

/** Calls that bring no id, to a healthy provider. */
export function withoutId(target: Target): ExperimentSpec {
  return strangers(target, "without-id", "The call brings no traceparent and no correlation id.", []);
}

/** Calls with something else in place of a traceparent, to a healthy provider. */
export function withMalformedId(target: Target): ExperimentSpec {
  const summary = "The call brings a traceparent that is none.";
  return strangers(target, "malformed-id", summary, malformedTraceparents);
}

function strangers(
  target: Target,
  name: string,
  summary: string,
  traceparents: readonly string[],
): ExperimentSpec {
  return spec(
    target,
    name,
    summary,
    { steps: [] },
    {
      procedure: { kind: "strange-id", traceparents },
      samples: 3,
      samplesMax: 6,
      perInstance: 3,
      expectedMs: 20,
    },
  );
}
