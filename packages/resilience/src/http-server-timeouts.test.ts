import assert from "node:assert/strict";
import { createServer } from "node:http";
import { it } from "node:test";
import { serverTimeouts } from "./http-server-timeouts.ts";

it("sets times that suit a service behind a load balancer, and says what they are", () => {
  const server = createServer();
  const set = serverTimeouts(server);
  assert.deepEqual(set, {
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: 1_000,
  });
  const { headersTimeout, requestTimeout, keepAliveTimeout, timeout, maxRequestsPerSocket } = server;
  assert.deepEqual([headersTimeout, requestTimeout, keepAliveTimeout], [10_000, 30_000, 65_000]);
  assert.deepEqual([timeout, maxRequestsPerSocket], [0, 0], "these stay as they are");
});

it("takes times that are given, and refuses those that contradict each other", () => {
  const set = serverTimeouts(createServer(), { headers: "1s", request: "2m", keepAlive: "5s" });
  assert.deepEqual([set.headersTimeout, set.requestTimeout, set.keepAliveTimeout], [1_000, 120_000, 5_000]);
  assert.equal(serverTimeouts(createServer(), { request: 0 }).requestTimeout, 0, "0 is no limit, as in Node");
  const refused = { code: "OPTION_INVALID" };
  for (const wrong of [
    { headers: "20s", request: "10s" },
    { keepAlive: "60s", proxyIdle: "60s" },
    { proxyIdle: "soon" as "1s" },
  ] as const)
    assert.throws(() => serverTimeouts(createServer(), wrong), refused);
});

it("cannot change how often a server looks that listens already", () => {
  const server = { headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 0, listening: true };
  assert.equal(serverTimeouts(server).connectionsCheckingInterval, null);
  assert.equal(server.keepAliveTimeout, 65_000);
});
