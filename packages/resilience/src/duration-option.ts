import { CodedError, parseDuration } from "@holdfast/core";
import type { Duration } from "./policy-types.ts";

/** Reads an option that is a duration, in ms. Throws `OPTION_INVALID`. */
export function durationOption(name: string, value: Duration): number {
  const reading = parseDuration(value, "ms");
  if (reading.ok) return reading.value;
  throw new CodedError(
    "OPTION_INVALID",
    `${name}: expected ${reading.expected}, found ${JSON.stringify(value)}.`,
    {
      remedy: reading.remedy,
      details: { option: name },
    },
  );
}
