import { consumer, correctRead } from "../consumers/base.mjs";

const counts = new Map();

/** Counts its attempts in the query, so that every cache and every log takes them for different requests. */
export const call = consumer({
  ...correctRead,
  exchange: ({ url, ...message }) => {
    const attempt = (counts.get(url) ?? 0) + 1;
    counts.set(url, attempt);
    return correctRead.exchange({ ...message, url: `${url}?attempt=${attempt}` });
  },
});
