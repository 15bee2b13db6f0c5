import { consumer, correct } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

/** A reset connection is an error event that nobody handles: the process ends. */
export const call = consumer({
  ...correct,
  exchange: (message) =>
    exchangeByHttp(message).catch((failure) => {
      if (failure.code === "ECONNRESET") process.nextTick(() => Promise.reject(failure));
      throw failure;
    }),
});
