import { consumer, correct } from "../consumers/base.mjs";

/** Its retries are on no budget, though one is declared. */
export const call = consumer({
  ...correct,
  budget: { take: () => true, succeeded: () => {} },
});
