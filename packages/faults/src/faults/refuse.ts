import { integer, optional } from "@holdfast/core";
import { defineFault, type Fault } from "../fault.ts";

/** Refuses connections. */
export const refuse: Fault = defineFault({
  kind: "refuse",
  at: "listener",
  summary:
    "Stops listening and drops idle connections, so that new ones are refused; acts as soon as it is armed.",
  loses: true,
  params: {
    forMs: optional(
      integer({ min: 1, doc: "Listens again after this long; without it, when the next program is armed." }),
    ),
  },
  act:
    ({ forMs = Number.POSITIVE_INFINITY }) =>
    async (listener) => {
      await listener.close();
      await listener.clock.sleep(forMs, listener.signal);
      await listener.open();
    },
});
