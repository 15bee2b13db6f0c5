import { defineCheck } from "../define-check.ts";
import type { Check } from "../model.ts";
import { type Served, servedBy, servedName, servedPath } from "../served.ts";
import { slowClients, slowClientsLong, slowLimit, slowWatchMs } from "../served-experiments.ts";
import { judgeSlow } from "../slow-verdict.ts";

/** Does a request head that never ends take a connection for ever? */
export const serverSlowHeaders: Check<Served> = defineCheck<Served>({
  id: "server-slow-headers",
  item: "reliability/timeouts",
  question: "Does the service, as a server, end connections whose request head comes in too slowly?",
  rule: "Fifty connections that send a header line a second are ended (408, FIN or RST) within 10 s, a fifth more for servers that look now and then. What lasts longer is advice: nobody declares it, and alone it does no harm. What still stands after two minutes (--profile nightly) fails.",
  source:
    "RFC 9110 §15.5.9 (408); slowloris; Node's own 60 s and Go's none are too long for a limit; holdfast guide server-slow-headers",
  required: false,
  about: servedBy,
  commitment: servedPath,
  served: servedName,
  plan: (served, target) => [
    slowClients(target, "head", slowWatchMs(slowLimit(served, "head"))),
    slowClientsLong(target, "head"),
  ],
  needs: () => ["slow-head"],
  judge: (_, evidence, target) => judgeSlow("head", evidence, target),
});
