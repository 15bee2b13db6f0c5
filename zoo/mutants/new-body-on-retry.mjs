import { consumer, correct } from "../consumers/base.mjs";

/** Writes the time of the attempt into the body. */
export const call = consumer({
  ...correct,
  request: (call) => {
    const { body, ...request } = correct.request(call);
    return { ...request, body: { ...body, sentAt: performance.now() } };
  },
});
