import { consumer, correct } from "../consumers/base.mjs";

/** Every call is tried four times, in a long outage as in a short one, and nothing is declared about it. */
export const call = consumer({
  ...correct,
  budget: { take: () => true, succeeded: () => {} },
});
