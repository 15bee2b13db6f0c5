import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

const source = join(import.meta.dirname, "../src");

/** What opens or accepts a connection, with what it is given; one level of brackets inside. A black hole carries no bytes. */
const opens =
  /(?<![#.\w])(?:createServer|dialTcp|dialTls|connect|createConnection)\((?:[^()]|\([^()]*\))*\)(?:\.setNoDelay\(true\))?/g;

const opened = readdirSync(source)
  .filter((name) => /^(?:tcp|http)-(?!black-hole).*\.ts$/.test(name))
  .flatMap((name) =>
    [...readFileSync(join(source, name), "utf8").matchAll(opens)].map(([call]) => `${name}: ${call}`),
  );

describe("every connection of the proxy and the stub", () => {
  it("sends what it has at once: Nagle's algorithm and delayed acknowledgements together would add 40 ms", () => {
    const settings = opened.map((call) =>
      call.includes("(settings,") ? `${call} ${settingsOfStub()}` : call,
    );

    assert.deepEqual(
      settings.filter((call) => !/noDelay: true|setNoDelay\(true\)/.test(call)),
      [],
    );
  });

  it("is found by the look for it", () => {
    assert.ok(opened.some((call) => call.startsWith("tcp-proxy.ts: createServer")));
    assert.ok(opened.some((call) => call.startsWith("tcp-dial.ts: dialTcp")));
    assert.ok(opened.some((call) => call.startsWith("tcp-dial.ts: dialTls")));
  });
});

function settingsOfStub(): string {
  return /const settings = \{.*\}/.exec(readFileSync(join(source, "http-stub.ts"), "utf8"))?.[0] ?? "";
}
