import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readContract } from "./read-contract.ts";
import { type StarterOptions, starter } from "./starter.ts";

const read = (options: StarterOptions): ReturnType<typeof readContract> =>
  readContract({ file: "/work/holdfast.yaml", text: starter(options), env: {} });

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

  it("keeps a command with quotes and a fixed address", () => {
    const told = read({ start: 'python -m app --name "a b"', url: "http://127.0.0.1:3000" });
    assert.ok("contract" in told);
    assert.deepEqual(told.contract.service?.start, ["python", "-m", "app", "--name", "a b"]);
    assert.equal(told.contract.service?.url, "http://127.0.0.1:3000");
  });
});
