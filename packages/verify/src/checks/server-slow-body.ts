import { defineCheck } from "../define-check.ts";
import type { Check } from "../model.ts";
import { type Served, servedBy, servedName, servedPath } from "../served.ts";
import { slowClients, slowClientsLong, slowLimit, slowWatchMs } from "../served-experiments.ts";
import { judgeSlow } from "../slow-verdict.ts";

/** Does a request body that never ends take a connection for ever? */
export const serverSlowBody: Check<Served> = defineCheck<Served>({
  id: "server-slow-body",
  item: "reliability/timeouts",
  question: "Does the service, as a server, end connections whose request body comes in too slowly?",
  rule: "Fifty connections that send a byte of their body a second are ended (408, FIN or RST) within the declared deadline of the operation, 10 s at least, or within 30 s where none is declared; a fifth more for servers that look now and then. What lasts longer is advice, and what takes a longer watch than 20 s is inconclusive. What still stands after two minutes (--profile nightly) fails.",
  source: "RFC 9110 §15.5.9 (408); R-U-Dead-Yet; Node's own limit of 300 s; holdfast guide server-slow-body",
  required: false,
  about: (target) => {
    const served = servedBy(target);
    if ("notApplicable" in served || served.act.body !== null) return served;
    return { notApplicable: "the scenario's request has no body" };
  },
  commitment: servedPath,
  served: servedName,
  plan: (served, target) => [
    slowClients(target, "body", slowWatchMs(slowLimit(served, "body"))),
    slowClientsLong(target, "body"),
  ],
  needs: () => ["slow-body"],
  judge: (_, evidence, target) => judgeSlow("body", evidence, target),
});
