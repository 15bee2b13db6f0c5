import { formatDuration } from "../duration.ts";
import type { Policy } from "../policy.ts";
import { policyDefaults } from "../policy-defaults.ts";
import { formatRatio } from "../ratio.ts";
import type { Shape } from "../shape.ts";
import { ratio } from "../shapes/notations.ts";
import { number } from "../shapes/numbers.ts";
import { object } from "../shapes/object.ts";
import { mapped, optional } from "../shapes/wrap.ts";
import { given, keyShape, leftOut, type Time } from "./parts.ts";

const standard = policyDefaults.budget;

/** The shape of `budget`. */
export function budgetShape(time: Time): Shape<NonNullable<Policy["budget"]>> {
  const shape = object({
    doc: "How many retries are allowed in all, as a share of the calls.",
    fields: {
      key: optional(keyShape("budget")),
      ratio: optional(
        ratio({ doc: leftOut("Retries per call at most, over the window.", formatRatio(standard.ratio)) }),
      ),
      minPerSecond: optional(
        number({
          min: 0,
          doc: leftOut("Retries per second that are allowed on top of it.", standard.minPerSecond),
        }),
      ),
      window: optional(
        time({
          min: 1,
          doc: leftOut("The span over which both are counted.", formatDuration(standard.windowMs)),
        }),
      ),
    },
  });
  return mapped(shape, ({ key, ratio: share, minPerSecond, window }) =>
    given({ key, ratio: share, minPerSecond, windowMs: window }),
  );
}
