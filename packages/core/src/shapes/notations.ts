import { byteSizePattern, formatByteSize, parseByteSize } from "../byte-size.ts";
import { type BareNumbers, durationPattern, formatDuration, parseDuration } from "../duration.ts";
import { formatRatio, parseRatio, percentPattern } from "../ratio.ts";
import type { Reading } from "../reading.ts";
import type { JsonSchema, Shape } from "../shape.ts";
import { defineShape, problemAt, type ShapeOptions } from "./define.ts";

/** Settings of `duration`, `ratio` and `bytes`: bounds, included, in the unit that is read. */
export interface NotationOptions extends ShapeOptions<number> {
  readonly min?: number;
  readonly max?: number;
}

/** Settings of `duration`. */
export interface DurationOptions extends NotationOptions {
  /** What a number without a unit means; default `refused`. */
  readonly numbers?: BareNumbers;
}

/** A duration such as `250ms`, `2s` or `5m`, read as milliseconds. */
export function duration({ numbers = "refused", ...options }: DurationOptions): Shape<number> {
  const written = { type: "string", pattern: durationPattern };
  return notation(options, {
    expected: `a duration such as 250ms, 2s or 5m${numbers === "ms" ? ", or a number of milliseconds" : ""}`,
    schema: numbers === "ms" ? { anyOf: [written, { type: "number", minimum: 0 }] } : written,
    parse: (value) => parseDuration(value, numbers),
    format: formatDuration,
  });
}

/** A ratio such as `20%` or `0.2`, read as a number from 0 to 1. */
export function ratio(options: NotationOptions): Shape<number> {
  return notation(options, {
    expected: "a ratio such as 20% or 0.2",
    schema: {
      anyOf: [
        { type: "number", minimum: options.min ?? 0, maximum: options.max ?? 1 },
        { type: "string", pattern: percentPattern },
      ],
    },
    parse: parseRatio,
    format: formatRatio,
  });
}

/** A size such as `512KB` or `1MB`, read as bytes. */
export function bytes(options: NotationOptions): Shape<number> {
  return notation(options, {
    expected: "a size such as 512KB or 1MB",
    schema: { type: "string", pattern: byteSizePattern },
    parse: parseByteSize,
    format: formatByteSize,
  });
}

interface Notation {
  readonly expected: string;
  readonly schema: JsonSchema;
  readonly parse: (value: unknown) => Reading<number>;
  readonly format: (value: number) => string;
}

function notation(options: NotationOptions, { expected, schema, parse, format }: Notation): Shape<number> {
  const { min = 0, max = Number.POSITIVE_INFINITY } = options;
  const shape = defineShape<number>(options, {
    expected,
    schema,
    read(value, path, problems) {
      const reading = parse(value);
      if (!reading.ok) {
        const code = typeof value === "string" || typeof value === "number" ? "BAD_FORMAT" : "WRONG_TYPE";
        problems.push(problemAt(path, value, code, reading));
        return undefined;
      }
      if (reading.value < min || reading.value > max) {
        const limit = reading.value < min ? `at least ${format(min)}` : `at most ${format(max)}`;
        const told = { expected: `${expected}, ${limit}`, remedy: `Write ${limit}.` };
        problems.push(problemAt(path, value, "OUT_OF_RANGE", told));
        return undefined;
      }
      return reading.value;
    },
  });
  // The schema shows the default as people write it, not as it is read.
  if (options.default === undefined) return shape;
  return { ...shape, schema: { ...shape.schema, default: format(options.default) } };
}
