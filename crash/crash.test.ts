import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { crashPoints } from "@holdfast/delivery/testing";
import { runCase } from "./case.ts";
import type { BrokerName, StoreName } from "./model.ts";

/** A seeded sample of the matrix. `npm run crash` runs all of it. */
const seed = 20_261_128;
const ports: Readonly<Partial<Record<StoreName | BrokerName, number>>> = {
  postgres: 5432,
  mariadb: 3306,
  rabbitmq: 5672,
  nats: 4222,
};

async function absent(name: StoreName | BrokerName): Promise<string | null> {
  const port = ports[name];
  if (port === undefined) return null;
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: 2_000 });
    socket
      .once("connect", () => resolve(true))
      .once("error", () => resolve(false))
      .once("timeout", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
  return answers ? null : `service: ${name} does not answer on 127.0.0.1:${port}`;
}

const random = seededRandom(seed);
const shuffled = crashPoints.map((point) => ({ point, at: random.next() })).sort((a, b) => a.at - b.at);

/** Every store and every broker, and the pairs that are used most. */
const pairs: readonly (readonly [StoreName, BrokerName])[] = [
  ["sqlite", "in-process"],
  ["postgres", "rabbitmq"],
  ["mariadb", "nats"],
  ["postgres", "nats"],
  ["mariadb", "rabbitmq"],
];

for (const [at, [store, broker]] of pairs.entries()) {
  const skip = (await absent(store)) ?? (await absent(broker)) ?? false;
  const { point } = shuffled[at] ?? assert.fail();
  describe(`a crash at ${point}, ${store} and ${broker}`, { skip }, () => {
    it("loses nothing and does nothing twice", { timeout: 120_000 }, async () => {
      const { died, violations } = await runCase(store, broker, { point, occurrence: 1 });
      assert.deepEqual(violations, []);
      assert.ok(died, "no process came to the point");
    });
  });
}
