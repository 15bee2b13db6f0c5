import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "@holdfast/core";
import { startTcpProxy } from "../../../packages/delivery/src/conformance/tcp-proxy.ts";
import { ownPath } from "../load/folder.ts";
import { type Load, startLoad } from "../load/load.ts";
import { until } from "../load/until.ts";
import { natsMissing, startNats } from "../servers/nats.ts";
import { rabbitmqMissing, startRabbitmq } from "../servers/rabbitmq.ts";
import type { OwnServer } from "../servers/server.ts";

const brokers = [
  { kind: "nats", skip: natsMissing, start: startNats, ends: ["stop", "kill", "kill", "stop", "kill"] },
  // It takes ten seconds and more to start, so it is ended once each way.
  { kind: "rabbitmq", skip: rabbitmqMissing, start: startRabbitmq, ends: ["kill", "stop"] },
] as const;

for (const { kind, skip, start, ends } of brokers)
  describe(`a load and its own ${kind}`, { skip }, () => {
    let server: OwnServer;
    const place = ownPath();
    before(async () => {
      server = await start();
    });
    after(async () => {
      await server?.close();
      place.remove();
    });

    it("loses nothing and does nothing twice when the server is stopped or killed; no attempt is counted, and producers notice nothing (B1)", async () => {
      const load = await startLoad({
        database: { kind: "sqlite", path: place.path("load.db") },
        broker: { kind, port: server.port, name: "ended" },
        paceMs: 15,
      });
      const random = seededRandom(7);
      try {
        for (const end of ends) {
          await load.committed(100);
          await sleep(random.between(0, 150));
          await server[end]();
          await load.committed(30);
          await server.start();
        }
        await load.committed(60);
        await load.finish();
        assert.deepEqual([...load.failures], [], "producers need no broker");
        assert.ok(waitsOf(load) >= ends.length, "the relay saw nothing of it");
        assert.ok(!load.events.some(({ type }) => type === "relay.failed"), "an attempt was counted");
      } finally {
        await load.close();
      }
    });

    it("gets over a silent network, a partition of one direction, lag, cut connections and a port that refuses, with each effect once (B3, B5)", async () => {
      const proxy = await startTcpProxy({ host: "127.0.0.1", port: server.port });
      const load = await startLoad({
        database: { kind: "sqlite", path: place.path("network.db") },
        broker: { kind, port: proxy.port, name: "network" },
        paceMs: 15,
      });
      try {
        await load.committed(60);
        for (const bytes of [1, 900, 20_000]) {
          proxy.cutAfter(bytes);
          await load.committed(60);
        }
        // Both ways; the server alone hears, and its confirms are lost; the server hears nothing, and goes on to talk.
        for (const way of [undefined, "down", "up"] as const) {
          proxy.blackHole(way);
          const before = waitsOf(load);
          await until(`the relay sees it (${way})`, () => waitsOf(load) > before);
          await proxy.restore();
          await load.committed(60);
        }
        proxy.lag(150);
        await load.committed(60);
        proxy.cut();
        await load.committed(60);
        await proxy.restore();
        await proxy.refuse();
        await load.committed(60);
        await proxy.restore();
        proxy.cut();
        await load.committed(60);
        await load.finish();
        assert.deepEqual([...load.failures], [], "producers need no broker");
        const kinds = new Set(
          load.events.flatMap((event) => (event.type === "relay.route-waits" ? [event.kind] : [])),
        );
        for (const kind of ["unknown", "down"]) assert.ok(kinds.has(kind as never), `never ${kind}`);
        assert.ok(!load.events.some(({ type }) => type === "relay.failed"), "an attempt was counted");
      } finally {
        await load.close();
        await proxy.close();
      }
    });
  });

function waitsOf({ events }: Load): number {
  return events.filter(({ type }) => type === "relay.route-waits").length;
}
