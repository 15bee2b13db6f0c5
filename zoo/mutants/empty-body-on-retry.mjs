import { consumer, correct } from "../consumers/base.mjs";

const sent = new Set();

/** Sends the body as a stream that can be read once: the retries have none. */
export const call = consumer({
  ...correct,
  exchange: ({ body, ...message }) => {
    if (sent.has(body)) return correct.exchange(message);
    sent.add(body);
    return correct.exchange({ ...message, body });
  },
});
