import { formatDuration } from "../duration.ts";
import { nearest } from "../nearest.ts";
import { jitterKinds, type Policy, retryOnWords } from "../policy.ts";
import { policyDefaults } from "../policy-defaults.ts";
import type { Shape } from "../shape.ts";
import { choice } from "../shapes/choice.ts";
import { defineShape, problemAt } from "../shapes/define.ts";
import { list } from "../shapes/list.ts";
import { integer, number } from "../shapes/numbers.ts";
import { object } from "../shapes/object.ts";
import { mapped, optional } from "../shapes/wrap.ts";
import { given, leftOut, type Time } from "./parts.ts";

type Retry = NonNullable<Policy["retry"]>;

const standard = policyDefaults.retry;
const expected = `one of ${retryOnWords.join(", ")}, or a status such as 502`;

const retryWord: Shape<string> = defineShape(
  { doc: "A kind of failure, or a status code." },
  {
    expected,
    schema: { anyOf: [{ enum: [...retryOnWords] }, { type: "integer", minimum: 400, maximum: 599 }] },
    read(value, path, problems) {
      // Only these have a text of their own: others may throw when they are asked for one.
      const word = typeof value === "string" || typeof value === "number" ? String(value) : undefined;
      if (word !== undefined && (/^[45]\d\d$/.test(word) || isRetryWord(word))) return word;
      const near = typeof value === "string" ? nearest(value, retryOnWords) : undefined;
      const remedy = near === undefined ? "Write one of these words or a status." : `Did you mean ${near}?`;
      problems.push(problemAt(path, value, "UNKNOWN_VALUE", { expected, remedy }));
      return undefined;
    },
  },
);

function isRetryWord(word: string): boolean {
  return retryOnWords.some((known) => known === word);
}

/** The shape of `retry`. */
export function retryShape(time: Time): Shape<Retry> {
  const shape = object({
    doc: "Which failures are tried again, how often and when.",
    fields: {
      attempts: optional(
        integer({
          min: 1,
          max: 100,
          doc: leftOut("All attempts of a call, the first included.", standard.attempts),
        }),
      ),
      on: optional(
        list(retryWord, {
          doc: leftOut("The failures that are tried again.", "whatever is safe to send again"),
        }),
      ),
      backoff: optional(backoffShape(time)),
      retryAfter: optional(retryAfterShape(time)),
      minAttempt: optional(
        time({
          doc: leftOut(
            "The least time before the deadline that makes another attempt worth its start.",
            formatDuration(standard.minAttemptMs),
          ),
        }),
      ),
    },
  });
  return mapped(shape, ({ attempts, on, backoff, retryAfter, minAttempt }) =>
    given({ attempts, on, backoff, retryAfter, minAttemptMs: minAttempt }),
  );
}

function backoffShape(time: Time): Shape<NonNullable<Retry["backoff"]>> {
  const { baseMs, factor, capPerBase, jitter, throttledBaseMs } = standard.backoff;
  const shape = object({
    doc: "How long to wait between attempts.",
    fields: {
      base: optional(
        time({ doc: leftOut("The wait before the first retry, before jitter.", formatDuration(baseMs)) }),
      ),
      factor: optional(
        number({ min: 1, max: 100, doc: leftOut("What each further wait is multiplied by.", factor) }),
      ),
      cap: optional(
        time({ doc: leftOut("The longest wait, jitter included.", `${capPerBase} times the base`) }),
      ),
      jitter: optional(
        choice(jitterKinds, { doc: leftOut("How chance spreads the waits of many callers.", jitter) }),
      ),
      throttledBase: optional(
        time({
          doc: leftOut(
            "The base after the provider has asked for less.",
            `${formatDuration(throttledBaseMs)}, or the base where that is longer`,
          ),
        }),
      ),
    },
  });
  return mapped(shape, (read) =>
    given({
      baseMs: read.base,
      factor: read.factor,
      capMs: read.cap,
      jitter: read.jitter,
      throttledBaseMs: read.throttledBase,
    }),
  );
}

function retryAfterShape(time: Time): Shape<NonNullable<Retry["retryAfter"]>> {
  const shape = object({
    doc: "What becomes of a wait that the provider asks for.",
    fields: {
      cap: optional(
        time({
          doc: leftOut(
            "The longest such wait that is kept; the call gives up on a longer one.",
            formatDuration(standard.retryAfter.capMs),
          ),
        }),
      ),
    },
  });
  return mapped(shape, ({ cap }) => given({ capMs: cap }));
}
