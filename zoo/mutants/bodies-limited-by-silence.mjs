import { consumer, correct } from "../consumers/base.mjs";

/** Ends a body only after five seconds of silence: the time starts again with every byte. */
export const limits = { requestTimeout: 0 };
export const reading = (request, read) => {
  request.setTimeout(5_000, () => request.destroy());
  return read();
};
export const call = consumer(correct);
