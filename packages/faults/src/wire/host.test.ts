import assert from "node:assert/strict";
import { it } from "node:test";
import { withHost } from "./host.ts";

it("replaces the value of Host and nothing else", () => {
  const head = Buffer.from(
    "GET / HTTP/1.1\r\nX-Host: a\r\nhOsT: \t127.0.0.1:99\r\nA: caf\xe9\r\n\r\n",
    "latin1",
  );

  const written = withHost(head, "provider.test$1:8443").toString("latin1");

  assert.equal(written, "GET / HTTP/1.1\r\nX-Host: a\r\nhOsT: \tprovider.test$1:8443\r\nA: caf\xe9\r\n\r\n");
});

it("leaves a head without Host as it is", () => {
  assert.equal(withHost(Buffer.from("GET / HTTP/1.0\r\n\r\n"), "x").toString(), "GET / HTTP/1.0\r\n\r\n");
});
