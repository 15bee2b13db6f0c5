import { formatDuration } from "../duration.ts";
import type { Policy } from "../policy.ts";
import { policyDefaults } from "../policy-defaults.ts";
import type { Path, Problem, Shape } from "../shape.ts";
import { defineShape, problemAt } from "../shapes/define.ts";
import { integer } from "../shapes/numbers.ts";
import { object } from "../shapes/object.ts";
import { isMapping } from "../shapes/record.ts";
import { mapped, optional, refine } from "../shapes/wrap.ts";
import { given, keyShape, leftOut, type Time } from "./parts.ts";

type Limit = NonNullable<Policy["limit"]>;

/** The shape of `limit`: one with a fixed number. One that adapts is checked too, and left out: it is not built yet. */
export function limitShape(time: Time): Shape<Limit> {
  const fixed = fixedLimit(time);
  const adaptive = adaptiveLimit(time);
  const shape = defineShape<Limit>(
    { doc: fixed.doc },
    {
      expected: fixed.expected,
      schema: { anyOf: [fixed.schema, adaptive.schema] },
      read(value, path, problems) {
        const adapts = isMapping(value) && Object.hasOwn(value, "adaptive");
        if (!adapts) return fixed.read(value, path, problems);
        adaptive.read(value, path, problems);
        return undefined;
      },
    },
  );
  return { ...fixed, ...shape };
}

function queueFields(time: Time) {
  const { queue } = policyDefaults.limit;
  return {
    key: optional(keyShape("limit")),
    queue: optional(
      integer({ min: 0, doc: leftOut("Calls that may wait for a place, in order of arrival.", queue) }),
    ),
    maxWait: optional(
      time({ doc: leftOut("The longest a call may wait for a place.", "until the deadline") }),
    ),
  };
}

function fixedLimit(time: Time): Shape<Limit> {
  const { key, ...waiting } = queueFields(time);
  const shape = object({
    doc: "How many calls may be under way at once.",
    fields: { key, concurrent: integer({ min: 1, doc: "Calls that may be under way at once." }), ...waiting },
  });
  // A rule here and not among the conflicts: a queue whose name is misspelt is not missing as well.
  return mapped(refine(shape, waitsInNoQueue), ({ maxWait, ...read }) => ({
    ...read,
    ...given({ maxWaitMs: maxWait }),
  }));
}

function waitsInNoQueue(
  { queue = policyDefaults.limit.queue, maxWait = 0 }: { readonly queue?: number; readonly maxWait?: number },
  path: Path,
  problems: Problem[],
): void {
  if (queue > 0 || maxWait === 0) return;
  problems.push({
    code: "CONFLICT",
    path: [...path, "maxWait"],
    found: `${formatDuration(maxWait)} with a queue of 0`,
    expected: "a queue to wait in: it is 0 unless it is declared",
    remedy: "Add queue with the number of calls that may wait, or remove maxWait.",
  });
}

function adaptiveLimit(time: Time): Shape<unknown> {
  const { key, ...waiting } = queueFields(time);
  const expected = "true";
  const adaptive = defineShape<boolean>(
    { doc: "Finds the number by itself; not built yet." },
    {
      expected,
      schema: { enum: [true] },
      read(value, path, problems) {
        if (value === true) return true;
        const remedy = "Write true, or remove adaptive and write concurrent.";
        problems.push(problemAt(path, value, "WRONG_TYPE", { expected, remedy }));
        return undefined;
      },
    },
  );
  return object({
    doc: "A limit that finds its number by itself.",
    fields: {
      key,
      adaptive,
      min: optional(integer({ min: 1, doc: "The least that it may come to." })),
      max: optional(integer({ min: 1, doc: "The most that it may come to." })),
      ...waiting,
    },
  });
}

/** The shape of `rate`. */
export function rateShape(time: Time): Shape<NonNullable<Policy["rate"]>> {
  const { perMs, maxWaitMs } = policyDefaults.rate;
  const shape = object({
    doc: "How many calls may start over time.",
    fields: {
      key: optional(keyShape("rate")),
      calls: integer({ min: 1, doc: "Calls that may start within the span, spread evenly." }),
      per: optional(time({ min: 1, doc: leftOut("The span.", formatDuration(perMs)) })),
      burst: optional(
        integer({ min: 1, doc: leftOut("Calls that may come at once after a pause.", "as many as calls") }),
      ),
      maxWait: optional(
        time({ doc: leftOut("The longest a call may wait for its turn.", formatDuration(maxWaitMs)) }),
      ),
    },
  });
  return mapped(shape, ({ per, maxWait, ...read }) => ({
    ...read,
    ...given({ perMs: per, maxWaitMs: maxWait }),
  }));
}
