import { consumer } from "../consumers/base.mjs";
import { correctReadOverTls, exchangeByHttps } from "../consumers/tls.mjs";

/** The certificate has to be good, but may be anybody's. */
export const call = consumer({
  ...correctReadOverTls,
  exchange: exchangeByHttps({ checkServerIdentity: () => undefined }),
});
