import type { GuaranteeFacts, RouteFacts } from "./facts.ts";

/** What takes a message that was committed, and where. */
export interface Loss {
  readonly code: "store-in-memory" | "broker-power-cut" | "broker-restart" | "unroutable" | "consumer-crash";
  readonly sentence: string;
}

/** Everything by which a message of the route may be lost; none is at-least-once. */
export function lossesOf({ store }: Pick<GuaranteeFacts, "store">, route: RouteFacts): readonly Loss[] {
  const { guarantees, kind } = route;
  // What is confirmed when it has been consumed is in the outbox until then: nothing is left for the broker to lose.
  const keeps = guarantees.confirms === "consumed";
  const losses: readonly (readonly [boolean, Loss])[] = [
    [
      !store.guarantees.durable,
      {
        code: "store-in-memory",
        sentence: "the store is in memory, so that everything unsent ends with the process",
      },
    ],
    [
      !keeps && !guarantees.survivesRestart,
      {
        code: "broker-restart",
        sentence: `${kind} does not keep confirmed messages over a restart`,
      },
    ],
    [
      !keeps && guarantees.survivesRestart && !guarantees.fsyncBeforeConfirm,
      {
        code: "broker-power-cut",
        sentence: `${kind} confirms before it is on disk, so that a power cut may take what was confirmed last`,
      },
    ],
    [
      !guarantees.reportsUnroutable,
      { code: "unroutable", sentence: `${kind} confirms what no queue takes, and drops it` },
    ],
    [
      !keeps && !guarantees.redelivers,
      {
        code: "consumer-crash",
        sentence: `${kind} delivers once, so that a consumer that dies loses what it had in hand`,
      },
    ],
  ];
  return losses.flatMap(([holds, loss]) => (holds ? [loss] : []));
}
