import { orderSaga } from "../order-saga.ts";
import { sagaPlans } from "../plan.ts";
import type { Setup } from "../setup.ts";

/** Starts what no process has started yet; a start that is there already is the same saga. */
export async function startSagas({ d, provider, database }: Setup): Promise<void> {
  const definition = orderSaga(provider);
  for (const { id, ends } of sagaPlans)
    await database.store.transaction((tx) =>
      d.start(tx, definition, { id, refused: ends === "compensated" }, { id }),
    );
  d.wake();
}

/** How each saga stands. */
export async function sagaStates({ d }: Setup): Promise<Readonly<Record<string, string>>> {
  const states: Record<string, string> = {};
  for (const { id } of sagaPlans) states[id] = (await d.sagas.get(id)).status;
  return states;
}
