import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readContract } from "./read-contract.ts";
import { type StarterOptions, starter } from "./starter.ts";

const read = (options: StarterOptions): ReturnType<typeof readContract> =>
  readContract({ file: "/srv/holdfast.yaml", text: starter(options), env: {} });

describe("the starter", () => {
  it("reads without problems and without warnings", () => {
    const told = read({});
    assert.ok("contract" in told, JSON.stringify(told));
    assert.deepEqual([told.contract.warnings, told.contract.notBuilt], [[], []]);
    assert.equal(told.contract.service?.name, "my-service");
    assert.equal(told.contract.integrations[0]?.address.kind, "env");
    assert.equal(told.contract.scenarios[0]?.effects[0]?.count, 1);
  });

  it("explains itself: a comment for every part", () => {
    const comments = starter().match(/#/g)?.length ?? 0;
    assert.ok(comments > 15, `${comments} comments`);
  });

  /** The keys of the marked lines. */
  const marked = (options: StarterOptions): readonly string[] =>
    starter(options)
      .split("\n")
      .filter((line) => !line.startsWith("#") && line.includes("# <- yours: "))
      .map((line) => line.trim().split(":")[0] ?? "");

  it("marks every line that is a guess, and says at its head what the mark means", () => {
    assert.deepEqual(marked({}), [
      ...["name", "start", "url", "ready", "PORT", "work"],
      ...["payments", "address", "create", "request", "idempotency", "effectKey", "answer"],
      ...["deadline", "attemptTimeout", "attempts", "on", "backoff"],
      ...["http", "expect"],
    ]);
    assert.match(starter(), /^# Lines with "<- yours" are guesses/m);
  });

  it("marks nothing that was given", () => {
    const given = { service: "shop", start: "node a.js", url: "http://127.0.0.1:3000", integration: "rates" };
    const left = marked(given);
    for (const key of ["name", "start", "url", "rates"]) assert.ok(!left.includes(key), key);
    assert.ok(left.includes("ready"));
  });

  it("means exactly what it was given, however that is spelt", () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text.trim() !== "" && !text.includes("${"));
    fc.assert(
      fc.property(name, name, (service, integration) => {
        const told = read({ service, integration, provider: "http://127.0.0.1:9000/v1" });
        assert.ok("contract" in told, JSON.stringify(told));
        assert.equal(told.contract.service?.name, service);
        assert.deepEqual(told.contract.integrations[0]?.provider, {
          kind: "url",
          url: "http://127.0.0.1:9000/v1",
          sandbox: false,
          maxCalls: null,
        });
        assert.deepEqual(told.contract.scenarios[0]?.effects, []);
      }),
    );
  });

  it("refers to a provider whose name looks like a number", () => {
    for (const integration of ["-0", "0x1f", "1e3", "true"]) {
      const told = read({ integration });
      assert.ok("contract" in told, JSON.stringify(told));
      assert.equal(told.contract.integrations[0]?.name, integration);
    }
  });

  it("keeps a space at the end of a name", () => {
    const told = read({ service: "A " });
    assert.ok("contract" in told);
    assert.equal(told.contract.service?.name, "A ");
  });

  it("keeps a command with quotes and a fixed address", () => {
    const told = read({ start: 'python -m app --name "a b"', url: "http://127.0.0.1:3000" });
    assert.ok("contract" in told);
    assert.deepEqual(told.contract.service?.start, ["python", "-m", "app", "--name", "a b"]);
    assert.equal(told.contract.service?.url, "http://127.0.0.1:3000");
  });
});
