import { consumer, correct } from "../consumers/base.mjs";

/** Sends a charge again after a lost reply, and there is no key at all. */
export const call = consumer({
  ...correct,
  keyHeaders: () => ({}),
});
