import { consumer, correctRead } from "../consumers/base.mjs";

/** Nothing counts the attempts; only the deadline ends them. */
export const call = consumer({
  ...correctRead,
  attempts: Number.POSITIVE_INFINITY,
});
