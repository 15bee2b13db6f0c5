import { consumer, correctRead } from "../consumers/base.mjs";
import { exchangeWith, readerInJava } from "../consumers/reader.mjs";

/** Maps the answer to a Java object that fails on unknown properties. */
export const call = consumer({
  ...correctRead,
  exchange: exchangeWith(await readerInJava("ClosedRecord")),
});
