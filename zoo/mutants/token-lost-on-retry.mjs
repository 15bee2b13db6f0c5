import { consumer, correctRead } from "../consumers/base.mjs";

/** Adds the token before the retry instead of inside it: the second attempt is made by nobody. */
export const call = consumer({
  ...correctRead,
  traceHeaders: (call) => ({
    ...correctRead.traceHeaders(call),
    ...(call.attempt === 1 ? { authorization: "Bearer token-of-the-zoo" } : {}),
  }),
});
