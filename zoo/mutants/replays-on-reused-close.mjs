import { consumer, correct } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

/** Has no key and so retries nothing ambiguous; its transport sends the bytes again when a used connection is closed. */
export const call = consumer({
  ...correct,
  keyHeaders: () => ({}),
  retryable: ({ status, reason }) => status === 429 || reason === "ECONNREFUSED",
  exchange: (message) =>
    exchangeByHttp(message).catch((failure) => {
      if (failure.message === "socket hang up" && !failure.answering && failure.reused)
        return exchangeByHttp(message);
      throw failure;
    }),
});
