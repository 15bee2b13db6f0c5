import { consumer, correct } from "../consumers/base.mjs";

/** Retries on its own schedule, whatever the provider asks for. */
export const call = consumer({
  ...correct,
  askedMs: () => 0,
});
