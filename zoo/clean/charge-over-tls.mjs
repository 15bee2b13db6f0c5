import { consumer } from "../consumers/base.mjs";
import { correctOverTls } from "../consumers/tls.mjs";

/** The client over TLS. */
export const call = consumer(correctOverTls);
