import { DeliveryError } from "./errors.ts";
import { addSagaReplies, declaring } from "./facade/declaring.ts";
import type { Delivery } from "./facade/delivery-type.ts";
import { operating } from "./facade/operating.ts";
import { type DeliveryOptions, roles } from "./facade/options.ts";
import { partsOf } from "./facade/parts.ts";
import { publishing } from "./facade/publishing.ts";
import type { Brokers } from "./facade/route-table.ts";
import { runWork } from "./facade/work.ts";
import { idempotency, sqlIdempotency } from "./idempotency/index.ts";

/**
 * Everything that delivery does, over one store. Nothing is global and nothing runs until `run` is called: make one, declare routes and
 * consumers, publish from anywhere, and call `run` in the processes that should relay, consume and lead sagas on.
 */
export function delivery<const Named extends Brokers>(options: DeliveryOptions<Named>): Delivery<Named> {
  // The broker's names matter to the types of the caller alone.
  const parts = partsOf(options as unknown as DeliveryOptions<Brokers>);
  const { store, surroundings, publisher, sagas, wake } = parts;
  const keys = options.idempotencyStore ?? sqlIdempotency(store);
  const closed = new AbortController();
  let running: Promise<void> | null = null;
  return {
    ...publishing(parts),
    ...declaring(parts, () => running !== null),
    ...operating(parts),
    sagas,
    wake,
    idempotent: idempotency({ surroundings, store: keys, publisher }).idempotent,
    run({ signal, only = roles } = {}) {
      if (closed.signal.aborted) throw closed.signal.reason;
      if (running !== null) throw new DeliveryError("CONFIGURATION", "This delivery runs already.");
      addSagaReplies(parts);
      const all = signal === undefined ? closed.signal : AbortSignal.any([signal, closed.signal]);
      running = runWork({ ...parts, ...surroundings }, new Set(only), all).finally(() => {
        running = null;
      });
      return running;
    },
    async close() {
      closed.abort(new DeliveryError("DISPOSED", "This delivery was closed."));
      await running?.catch(() => {});
      await Promise.all(Object.values(parts.brokers).map((broker) => broker.close()));
      await store.close();
    },
  };
}
