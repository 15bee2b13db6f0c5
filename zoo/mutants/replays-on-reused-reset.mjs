import { consumer, correct } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

/** The same, on connections that were used before only: “it must have been stale”. */
export const call = consumer({
  ...correct,
  keyHeaders: () => ({}),
  retryable: ({ status, reason }) => status === 429 || reason === "ECONNREFUSED",
  exchange: (message) =>
    exchangeByHttp(message).catch((failure) => {
      if (failure.code === "ECONNRESET" && !failure.answering && failure.reused)
        return exchangeByHttp(message);
      throw failure;
    }),
});
