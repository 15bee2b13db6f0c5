import { consumer, correctRead } from "../consumers/base.mjs";
import { exchangeWith, readerInPython } from "../consumers/reader.mjs";

/** Spreads the answer over the constructor of a Python dataclass: a field more is one argument too many. */
export const call = consumer({
  ...correctRead,
  exchange: exchangeWith(await readerInPython("closed_record.py")),
});
