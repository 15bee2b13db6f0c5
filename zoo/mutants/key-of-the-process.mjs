import { consumer, correct } from "../consumers/base.mjs";

const startedAt = Date.now();

/** The key names the process that made it, beside the order. */
export const call = consumer({
  ...correct,
  key: ({ id }) => `${process.pid}-${startedAt}-${id}`,
});
