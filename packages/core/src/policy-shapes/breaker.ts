import { formatDuration } from "../duration.ts";
import { breakerModes, type Policy } from "../policy.ts";
import { policyDefaults } from "../policy-defaults.ts";
import { formatRatio } from "../ratio.ts";
import type { Shape } from "../shape.ts";
import { choice } from "../shapes/choice.ts";
import { ratio } from "../shapes/notations.ts";
import { integer, number } from "../shapes/numbers.ts";
import { object } from "../shapes/object.ts";
import { mapped, optional } from "../shapes/wrap.ts";
import { given, keyShape, leastRate, leftOut, type Time } from "./parts.ts";

type Breaker = NonNullable<Policy["breaker"]>;

const standard = policyDefaults.breaker;

/** The most calls that a window by count may hold: each takes its place in memory, for every key. */
const windowCallsMax = 100_000;
/** The most probes at a time: each holds a lease in memory, for every key. */
const probesMax = 1_000;

/** The shape of `breaker`. */
export function breakerShape(time: Time): Shape<Breaker> {
  const shape = object({
    doc: "When to stop calling a provider that fails, and how to find out that it is back.",
    fields: {
      key: optional(keyShape("breaker")),
      mode: optional(
        choice(breakerModes, {
          doc: leftOut(
            "Whether it acts (on), only reports what it would do (shadow), or is off.",
            standard.mode,
          ),
        }),
      ),
      ...openingFields(time),
      open: optional(openShape(time)),
      ...probeFields(time),
    },
  });
  return mapped(shape, ({ window, probeWait, ...read }) => ({
    ...read,
    ...given({ windowMs: window, probeWaitMs: probeWait }),
  }));
}

function openingFields(time: Time) {
  const windowMs = formatDuration(standard.windowMs);
  const window = `${windowMs}, or ${standard.windowPerAttempt} times attemptTimeout where that is longer`;
  return {
    window: optional(time({ min: 1, doc: leftOut("The span over which calls are counted.", window) })),
    windowCalls: optional(
      integer({
        min: 1,
        max: windowCallsMax,
        doc: "Counts the last so many calls, in place of a span.",
      }),
    ),
    minCalls: optional(
      integer({
        min: 1,
        doc: leftOut(
          "Calls in the window before a rate may open it.",
          `${standard.minCalls}, or windowCalls where that is less`,
        ),
      }),
    ),
    failureRate: optional(
      ratio({
        min: leastRate,
        doc: leftOut("The share of failures at which it opens.", formatRatio(standard.failureRate)),
      }),
    ),
    consecutive: optional(
      integer({ min: 1, doc: "Opens after so many failures in a row, whatever the rate." }),
    ),
    slow: optional(slowShape(time)),
  };
}

function slowShape(time: Time): Shape<NonNullable<Breaker["slow"]>> {
  const shape = object({
    doc: "When calls that succeed too late open it as failures do.",
    fields: {
      over: time({ min: 1, doc: "A call that takes longer is slow, one still under way included." }),
      rate: optional(
        ratio({
          min: leastRate,
          doc: leftOut("The share of slow calls at which it opens.", formatRatio(standard.slowRate)),
        }),
      ),
    },
  });
  return mapped(shape, ({ over, ...read }) => ({ overMs: over, ...read }));
}

function openShape(time: Time): Shape<NonNullable<Breaker["open"]>> {
  const { baseMs, factor, capMs, jitter } = standard.open;
  const shape = object({
    doc: "How long it stays open.",
    fields: {
      base: optional(time({ min: 1, doc: leftOut("The first time.", formatDuration(baseMs)) })),
      factor: optional(
        number({
          min: 1,
          max: 100,
          doc: leftOut("What each further time in a row is multiplied by.", factor),
        }),
      ),
      cap: optional(
        time({
          min: 1,
          doc: leftOut(
            "At most, however often it opened in a row.",
            `${formatDuration(capMs)}, or the base where that is longer`,
          ),
        }),
      ),
      jitter: optional(
        ratio({ doc: leftOut("The share by which chance lengthens or shortens it.", formatRatio(jitter)) }),
      ),
    },
  });
  return mapped(shape, ({ base, cap, ...read }) => ({ ...read, ...given({ baseMs: base, capMs: cap }) }));
}

function probeFields(time: Time) {
  const { probes, probeSuccess, probeWaitMs, probeWaitPerTimeout } = standard;
  const wait = `${probeWaitPerTimeout} times attemptTimeout, or deadline; ${formatDuration(probeWaitMs)} without either`;
  return {
    probes: optional(
      integer({
        min: 1,
        max: probesMax,
        doc: leftOut("Calls let through to see whether the provider is back.", probes),
      }),
    ),
    probeSuccess: optional(
      ratio({
        min: leastRate,
        doc: leftOut("The share of them that must succeed to close it.", formatRatio(probeSuccess)),
      }),
    ),
    probeWait: optional(
      time({ min: 1, doc: leftOut("How long a probe holds its place before another may take it.", wait) }),
    ),
  };
}
