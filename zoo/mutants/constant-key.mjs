import { consumer, correct } from "../consumers/base.mjs";

/** One key for everything. */
export const call = consumer({
  ...correct,
  key: () => "checkout",
});
