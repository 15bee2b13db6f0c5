import { choice, integer, optional } from "@holdfast/core";
import { defineFault, type Fault } from "../fault.ts";
import { certificateDefects } from "../handshakes.ts";

/** Shows a certificate that nobody should trust. */
export const badCertificate: Fault = defineFault({
  kind: "bad-certificate",
  at: "listener",
  summary:
    "Drops idle connections and shows new ones a certificate that has expired, is another host's, or comes from an authority that nobody knows; who takes it is served as usual. Acts as soon as it is armed.",
  loses: true,
  params: {
    defect: choice(certificateDefects, { doc: "What is wrong with the certificate." }),
    forMs: optional(
      integer({
        min: 1,
        doc: "Shows the right one after this long; without it, when the next program is armed.",
      }),
    ),
  },
  act:
    ({ defect, forMs = Number.POSITIVE_INFINITY }) =>
    async (listener) => {
      await listener.handshake(defect);
      await listener.clock.sleep(forMs, listener.signal);
      await listener.open();
    },
});
