import { crashPoint } from "../crash-points.ts";
import { DeliveryError } from "../errors.ts";
import type { Message } from "../message.ts";
import { transactionEnded } from "../stores/ready-tx.ts";
import { lineageHere } from "../tracing.ts";
import type { SyncTx, Tx } from "../tx.ts";
import type { Delivery } from "./delivery-type.ts";
import type { Parts } from "./parts.ts";
import type { Brokers } from "./route-table.ts";

type Publishing = Pick<Delivery<Brokers>, "publish" | "publishSync" | "publishNow" | "transaction" | "start">;

/** The half of a delivery that writes. */
export function publishing({ store, publisher, lineage: settings, sagas, wake }: Parts): Publishing {
  const written = (): void => {
    wake();
    store.hints?.send();
  };
  const transaction: Publishing["transaction"] = async (work, options) => {
    const value = await store.transaction(async (tx) => {
      const messages: Message[] = [];
      let ended = false;
      const collect = (...more: readonly Message[]): void => {
        if (ended) throw transactionEnded();
        messages.push(...more);
      };
      const made = await work({ tx, publish: collect });
      ended = true;
      // Last of all, so that producers of an ordered key wait for each other as shortly as can be.
      if (messages.length > 0) await publisher.publish(tx, messages);
      crashPoint("transaction:before-commit");
      return made;
    }, options);
    written();
    return value;
  };
  return {
    transaction,
    async publish(handle, messages, lineage) {
      const ids = await publisher.publish(store.adopt(handle), listed(messages), lineage);
      written();
      return ids;
    },
    publishSync(handle, messages, lineage) {
      const ids = publisher.publishSync(syncTx(store.adopt(handle)), listed(messages), lineage);
      written();
      return ids;
    },
    publishNow: (messages, lineage) =>
      transaction(({ tx }) => publisher.publish(tx, listed(messages), lineage)),
    async start(handle, definition, input, options) {
      const started = await sagas.start(store.adopt(handle), definition, input, {
        ...options,
        lineage: lineageHere(options.lineage ?? {}, settings),
      });
      written();
      return started;
    },
  };
}

function listed(messages: Message | readonly Message[]): readonly Message[] {
  return Array.isArray(messages) ? messages : [messages as Message];
}

function syncTx(tx: Tx): SyncTx {
  if ("querySync" in tx) return tx as SyncTx;
  throw new DeliveryError(
    "CONFIGURATION",
    "publishSync is for node:sqlite alone; use publish, and await it.",
  );
}
