import { cleanTwins } from "../clean/index.ts";
import { mutants } from "../mutants/index.ts";
import type { Picked } from "../pick.ts";

/** A mutant or two of every check that traffic can decide and twins of every kind, of services alone: production logs are of services. */
const sampled = [
  ...["charge", "quote-by-fetch", "charge-by-fetch", "charge-with-breaker", "charge-with-spans"],
  ...["no-attempt-timeout", "gives-up-on-reset", "gives-up-on-timeout", "cap-off-by-one", "retries-422"],
  ...["retry-after-ignored", "constant-backoff", "no-jitter", "no-budget", "no-key", "key-per-attempt"],
  ...["constant-key", "trace-restarted", "trace-dropped-on-retries", "one-span-for-all-attempts"],
  ...["logs-without-id", "logs-authorization", "deadline-not-kept", "gives-up-on-503", "no-cap"],
  ...["retries-everything", "retry-after-dates-only", "immediate-retries", "attempt-timeout-too-long"],
];

/** The consumers whose runs are held against their traffic, in the order in which they are verified. */
export function sample(only: readonly string[], checks: readonly string[]): readonly Picked[] {
  const all: readonly Picked[] = [
    ...cleanTwins.map((subject): Picked => ({ subject, folder: "clean", checks })),
    ...mutants.map((subject): Picked => ({ subject, folder: "mutants", checks })),
  ];
  return sampled
    .filter((id) => only.length === 0 || only.includes(id))
    .flatMap((id) => all.filter(({ subject }) => subject.id === id));
}
