import { skipSequence } from "../consume/skip.ts";
import { deadLetters } from "../dead-letters/dead-letters.ts";
import { doctor } from "../doctor/index.ts";
import { guarantees } from "../guarantees.ts";
import { migrate, plainMigrations } from "../migrations.ts";
import { migrations } from "../schema.ts";
import { backlog } from "../statistics.ts";
import type { Delivery } from "./delivery-type.ts";
import { factsOf, routesOf } from "./facts.ts";
import { type Parts, sourceDefault } from "./parts.ts";
import type { Brokers } from "./route-table.ts";

type Operating = Pick<
  Delivery<Brokers>,
  "dead" | "skip" | "migrations" | "migrate" | "guarantees" | "doctor" | "statistics" | "backlog"
>;

/** The half of a delivery that tells how it is. */
export function operating(parts: Parts): Operating {
  const { store, surroundings, table, brokers, consumers, definitions, places, options, relay } = parts;
  const facts = () => factsOf(store, table, definitions, options.relay);
  return {
    skip: ({ source = options.source ?? sourceDefault, ...place }, through) =>
      skipSequence(store, { ...place, source }, through),
    dead: deadLetters({ store, ...surroundings }),
    migrations: () => plainMigrations(store, migrations),
    migrate: () => migrate(store, migrations),
    guarantees: () => guarantees(facts()),
    doctor: (limits) =>
      doctor({
        store,
        migrations,
        brokers: Object.entries(brokers).map(([name, broker]) => ({
          name,
          broker,
          destinations: routesOf(table, definitions).flatMap((route) =>
            route.broker === broker ? [route.destination] : [],
          ),
          consumers: places.flatMap((one) => (one.broker === broker ? [one.place] : [])),
        })),
        waiting: relay.statistics().routes,
        facts: facts(),
        ...(limits === undefined ? {} : { limits }),
      }),
    statistics: () => ({
      relay: relay.statistics(),
      consumers: Object.fromEntries(consumers.map((one) => [one.name, one.statistics()])),
    }),
    async backlog() {
      const session = await store.connect({ purpose: "holdfast backlog" });
      try {
        return await backlog(session, store.tables);
      } finally {
        await session.close();
      }
    },
  };
}
