import { integer, optional } from "@holdfast/core";
import { defineFault, type Fault } from "../fault.ts";

/** Accepts whoever connects, and never answers the handshake. */
export const tlsHang: Fault = defineFault({
  kind: "tls-hang",
  at: "listener",
  summary:
    "Drops idle connections, accepts new ones, and never answers their TLS handshake; acts as soon as it is armed.",
  loses: true,
  params: {
    forMs: optional(
      integer({ min: 1, doc: "Answers again after this long; without it, when the next program is armed." }),
    ),
  },
  act:
    ({ forMs = Number.POSITIVE_INFINITY }) =>
    async (listener) => {
      await listener.handshake("silent");
      await listener.clock.sleep(forMs, listener.signal);
      await listener.open();
    },
});
