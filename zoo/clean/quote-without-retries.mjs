import { consumer, correctRead } from "../consumers/base.mjs";

/** A read that is tried once, as declared. */
export const call = consumer({
  ...correctRead,
  attempts: 1,
});
