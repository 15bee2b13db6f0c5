import { integer, optional } from "@holdfast/core";
import { defineFault, type Fault } from "../fault.ts";

/** Lets nobody connect, and refuses nobody either. */
export const blackHole: Fault = defineFault({
  kind: "black-hole",
  at: "listener",
  summary:
    "Drops idle connections and leaves attempts to connect without any answer, neither accepted nor refused; acts as soon as it is armed.",
  loses: true,
  params: {
    forMs: optional(
      integer({ min: 1, doc: "Listens again after this long; without it, when the next program is armed." }),
    ),
  },
  act:
    ({ forMs = Number.POSITIVE_INFINITY }) =>
    async (listener) => {
      await listener.swallow();
      await listener.clock.sleep(forMs, listener.signal);
      await listener.open();
    },
});
