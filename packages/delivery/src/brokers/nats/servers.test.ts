import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { natsServers } from "./servers.ts";

describe("nats servers", () => {
  it("takes the credentials out of the addresses", () => {
    assert.deepEqual(natsServers("127.0.0.1:4222"), { servers: ["127.0.0.1:4222"] });
    assert.deepEqual(natsServers("nats://u:p%40ss@a:4222, tls://b"), {
      servers: ["nats://a:4222", "tls://b"],
      user: "u",
      pass: "p@ss",
    });
    assert.deepEqual(natsServers(["nats://s3cret@a"]), { servers: ["nats://a"], token: "s3cret" });
    assert.deepEqual(natsServers("u:100%@a"), { servers: ["a"], user: "u", pass: "100%" });
    assert.throws(() => natsServers(""), { code: "CONFIGURATION" });
  });
});
