import type { RunbookMode } from "../mode.ts";
import { answersFor, callFor, failuresQuery, isHost, isItOver, policyPart, sh, whoseLook } from "../words.ts";

/** Connections that are refused, reset, or never come about. */
export const connectionLost: RunbookMode = {
  id: "connection-lost",
  title: "Connections reset or refused",
  of: "integration",
  alerts: [],
  shownAs: ["connection reset or refused"],
  related: ["provider-silent", "connections-leak"],
  applies: () => true,
  write: (of) => {
    const { integration, provider } = of.subject;
    return {
      meaning: `Connections to ${provider} are refused, reset, or end before the answer is there: ECONNREFUSED, ECONNRESET, hang up.`,
      impact: `Calls to ${integration} fail, most of them at once. After a reset nobody knows whether the request was executed; after a refusal it certainly was not.`,
      diagnosis: [
        {
          says: "See which of them it is:",
          run: failuresQuery(of),
          answers: answersFor(of, {
            ours: [
              {
                when: "`unsent` with `ECONNREFUSED` or `ENOTFOUND`",
                means:
                  "nothing listens there, or its name does not resolve: see name resolution and the address",
              },
              {
                when: "`ambiguous` with `ECONNRESET`",
                means:
                  "something between us closes connections: proxy, load balancer, deployment of the provider",
              },
            ],
            others: [
              {
                when: "`ECONNREFUSED`, `ENOTFOUND` or the like",
                means:
                  "nothing listens there, or its name does not resolve: see name resolution and the address",
              },
              {
                when: "`ECONNRESET`, a hang-up or a closed socket",
                means:
                  "something between us closes connections: proxy, load balancer, deployment of the provider",
              },
            ],
          }),
        },
        {
          says: "See what the name resolves to, from a machine that runs the service:",
          run: isHost(provider)
            ? sh(`getent ahosts ${provider}`)
            : {
                missing:
                  "The contract does not name the host: it stands in the configuration of the service. `getent ahosts HOST` asks.",
              },
          answers: [
            { when: "nothing", means: "name resolution is broken: call those who run it" },
            {
              when: "an address that is not the provider's",
              means: "the configuration is wrong: see the last deployment",
            },
          ],
        },
        whoseLook(of),
      ],
      mitigation: [
        {
          says: "If only old connections are reset, let the client connect sooner when one fails, and deploy that:",
          run: policyPart("connectTimeout: 1s"),
          risk: 2,
          back: "To roll back, take the line out and deploy again.",
        },
      ],
      verification: isItOver(of),
      escalation: callFor(of, 15),
    };
  },
};
