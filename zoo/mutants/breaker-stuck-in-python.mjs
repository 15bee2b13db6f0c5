import { consumer, correctRead } from "../consumers/base.mjs";
import { correctBreaker, guardBy } from "../consumers/breaker.mjs";
import { readerInPython } from "../consumers/reader.mjs";

/** Asks a breaker written in Python, in which two good probes keep their places: nobody is let through after them. */
export const call = consumer({
  ...correctRead,
  guard: guardBy(await readerInPython("stuck_breaker.py"), correctBreaker.isFailure),
});
