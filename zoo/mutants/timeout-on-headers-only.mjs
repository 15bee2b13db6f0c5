import { consumer, correctRead } from "../consumers/base.mjs";

const timers = new WeakMap();

/** The timer is cleared when the headers arrive; the body may take for ever. */
export const call = consumer({
  ...correctRead,
  limited: (limitMs, work) => {
    const controller = new AbortController();
    timers.set(
      controller.signal,
      setTimeout(() => controller.abort(), limitMs),
    );
    return work(controller.signal).finally(() => clearTimeout(timers.get(controller.signal)));
  },
  exchange: async ({ url, signal, ...init }) => {
    const response = await fetch(url, { ...init, signal });
    clearTimeout(timers.get(signal));
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text: await response.text(),
    };
  },
});
