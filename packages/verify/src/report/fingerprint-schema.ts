import type { JsonSchema } from "@holdfast/core";
import { standings, traitFields } from "../fingerprint/model.ts";
import { count, list, number, oneOf, orNull, record, text } from "./schema-parts.ts";

const value: JsonSchema = { anyOf: [number(), text(), list(text())] };

const trait = record("One part of a policy: what the run showed beside what is declared. Times are in ms.", {
  field: oneOf(traitFields, "Its place in the policy document."),
  value: orNull(value, "What was inferred; null when the run did not show it."),
  "interval?": {
    type: "array",
    items: { type: "number" },
    minItems: 2,
    maxItems: 2,
    description: "95 % by what was measured; of attempts, the least and the most seen.",
  },
  "atLeast?": number("Where only a bound is known."),
  "possible?": {
    type: "array",
    items: { anyOf: [number(), text()] },
    description: "What the sample does not exclude, where it does not tell one value.",
  },
  note: text("What was seen, in one clause."),
  samples: count("How many attempts, waits or calls it rests on."),
  experiments: list(text(), "Names of the experiments that showed it."),
  declared: orNull(value, "What the contract says; null where it says nothing."),
  standing: oneOf(standings),
});

/** The schema of an inferred policy. */
export const fingerprintDefinition: JsonSchema = record(
  "The policy of one target, inferred from behaviour.",
  {
    scenario: text(),
    integration: text(),
    operation: text(),
    traits: list(trait),
    failures: list(
      record("What calls did after one failure of a kind.", {
        failure: text("A status, or reset, close, truncate, refuse, hang."),
        calls: count(),
        retried: count("How many of the calls were made again."),
        attemptsMax: count("The most attempts that one of them made."),
      }),
    ),
  },
);
