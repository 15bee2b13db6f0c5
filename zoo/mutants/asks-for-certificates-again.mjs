import { consumer, correct } from "../consumers/base.mjs";
import { correctOverTls } from "../consumers/tls.mjs";

/** A certificate that is no good is taken for a network that is down, and asked for again. */
export const call = consumer({
  ...correctOverTls,
  retryable: correct.retryable,
});
