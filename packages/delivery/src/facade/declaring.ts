import { createConsumer } from "../consume/consumer.ts";
import type { Consumable, ConsumerDefinition } from "../consume/definition.ts";
import { settingsOf } from "../consume/settings.ts";
import { DeliveryError } from "../errors.ts";
import type { Emit } from "../events.ts";
import type { MessageDefinition } from "../message.ts";
import type { Publisher } from "../publisher.ts";
import type { Delivery } from "./delivery-type.ts";
import type { ConsumeOptions, PreparedWork } from "./options.ts";
import { type Parts, sourceDefault } from "./parts.ts";
import type { Brokers } from "./route-table.ts";

type Declaring = Pick<Delivery<Brokers>, "route" | "consume">;

/** The half of a delivery that says what goes where. `isRunning` closes it. */
export function declaring(parts: Parts, isRunning: () => boolean): Declaring {
  const { table } = parts;
  return {
    route(messages, brokerName, destination) {
      const all = Array.isArray(messages) ? messages : [messages];
      for (const definition of all as readonly MessageDefinition[])
        table.add(definition, brokerName, destination);
    },
    consume<const Messages extends Consumable, Prepared>(
      name: string,
      messages: Messages,
      given: ConsumerDefinition<Messages>["handler"] | PreparedWork<Messages, Prepared>,
      { broker, from, ...rest }: ConsumeOptions<Brokers, string> = {},
    ) {
      if (isRunning())
        throw new DeliveryError(
          "CONFIGURATION",
          `${name} was declared after run: declare consumers before it.`,
        );
      const work = typeof given === "function" ? { handler: given } : given;
      const definition = { name, messages, ...work, ...rest };
      addConsumer(parts, definition as ConsumerDefinition<Messages, Prepared>, broker, from);
    },
  };
}

/** The consumer that hands replies to the sagas that wait for them. It goes by the source: queues of two services on one broker never meet. */
function sagaConsumerOf(source: string): string {
  return `sagas.${source.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`.slice(0, 100);
}

/** Adds the consumer of replies, where sagas wait for any. */
export function addSagaReplies(parts: Parts): void {
  const { sagas, definitions, options } = parts;
  const name = sagaConsumerOf(options.source ?? sourceDefault);
  if (sagas.replies.length === 0 || definitions.some((one) => one.name === name)) return;
  addConsumer(
    parts,
    {
      name,
      messages: sagas.replies,
      async handler(data, { tx, type }) {
        await sagas.deliver(tx, type, data);
      },
    },
    options.sagaRepliesFrom?.broker,
    options.sagaRepliesFrom?.from,
    sagas.wake,
  );
}

function addConsumer<const Messages extends Consumable, Prepared>(
  parts: Parts,
  definition: ConsumerDefinition<Messages, Prepared>,
  brokerName: string | undefined,
  source: unknown,
  afterCommit: () => void = () => {},
): void {
  const { store, surroundings, table, consumers, definitions, places } = parts;
  if (definitions.some(({ name }) => name === definition.name))
    throw new DeliveryError("CONFIGURATION", `There is a consumer ${definition.name} already.`);
  const { broker } = table.broker(brokerName);
  const { publisher, committed } = wakingPublisher(parts);
  const emit: Emit = (event) => {
    surroundings.emit(event);
    if (event.type !== "consume.handled") return;
    committed();
    afterCommit();
  };
  consumers.push(createConsumer({ store, publisher, broker, source, ...surroundings, emit }, definition));
  const types = [...settingsOf(definition).messages.keys()];
  places.push({ broker, place: { consumer: definition.name, types, source } });
  definitions.push(definition as unknown as ConsumerDefinition<Consumable, never>);
}

/** A publisher that remembers whether it wrote anything, so that relays are woken by the commits of those handlers alone. */
function wakingPublisher({ publisher, relay, store }: Parts): {
  readonly publisher: Publisher;
  readonly committed: () => void;
} {
  let wrote = false;
  return {
    publisher: {
      ...publisher,
      publish(tx, messages, lineage) {
        wrote = true;
        return publisher.publish(tx, messages, lineage);
      },
    },
    committed() {
      if (!wrote) return;
      wrote = false;
      relay.wake();
      store.hints?.send();
    },
  };
}
