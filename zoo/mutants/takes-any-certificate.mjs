import { consumer } from "../consumers/base.mjs";
import { correctOverTls, exchangeByHttps } from "../consumers/tls.mjs";

/** Certificates are not looked at, since one of them once had expired on a Sunday. */
export const call = consumer({
  ...correctOverTls,
  exchange: exchangeByHttps({ rejectUnauthorized: false }),
});
