import type { RunbookMode } from "../mode.ts";
import { callFor, isItOver, restart, sh, slowestQuery } from "../words.ts";

/** Work that goes on after its caller is gone. */
export const connectionsLeak: RunbookMode = {
  id: "connections-leak",
  title: "Connections leak",
  of: "integration",
  alerts: [],
  shownAs: ["connections leak"],
  related: ["provider-silent"],
  applies: () => true,
  write: (of) => ({
    meaning: `Requests to ${of.subject.integration} that timed out are not cancelled: their sockets stay open until the provider ends them.`,
    impact:
      "The connection pool and the file descriptors run out (EMFILE). Then calls fail that have nothing to do with this integration.",
    diagnosis: [
      {
        says: "Count the open sockets, on a machine that runs the service, twice within a minute:",
        run: sh("ss -tan state established | wc -l"),
        answers: [
          { when: "the number grows", means: "connections leak: mitigate" },
          { when: "it stays", means: "it is not this: see how long calls take" },
        ],
      },
      {
        says: "See whether calls wait for a connection:",
        run: slowestQuery(of),
        answers: [
          { when: "longer than the attempt timeout", means: "they queue for connections: mitigate" },
          { when: "as always", means: "nobody is affected yet: there is time to mend the cause" },
        ],
      },
    ],
    mitigation: [
      {
        says: "Restart the instances one after another, under Kubernetes so (see that the deployment is called so); open requests end with an error:",
        run: restart(of.subject.service),
        risk: 2,
        back: "A restart cannot be undone; it is safe to repeat.",
      },
    ],
    verification: isItOver(of),
    escalation: callFor(of, 30),
  }),
};
