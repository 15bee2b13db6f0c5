import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { resolveEnvironment } from "./environment.ts";
import { render } from "./templates.ts";

const codes = (value: unknown, env: Record<string, string>): readonly string[] =>
  resolveEnvironment(value, env).problems.map(({ code, path }) => `${code} ${path.join(".")}`);

describe("the environment in a contract", () => {
  it("is filled in everywhere, and templates of a run stay where they may stand", () => {
    const document = {
      service: { name: "${NAME}", env: { A: "${port}-${NAME}", B: 5 }, url: "http://h:${port}" },
      integrations: { payments: { provider: "${URL}" } },
    };
    const { value, problems } = resolveEnvironment(document, { NAME: "shop", URL: "http://p" });
    assert.deepEqual(problems, []);
    assert.deepEqual(value, {
      service: { name: "shop", env: { A: "${port}-shop", B: 5 }, url: "http://h:${port}" },
      integrations: { payments: { provider: "http://p" } },
    });
  });

  it("keeps a plain ${ plain: at once where nothing is filled in later, escaped where a run does it", () => {
    const { value } = resolveEnvironment({ service: { name: "$${x}", env: { A: "$${x}" } } }, {});
    assert.deepEqual(value, { service: { name: "${x}", env: { A: "$${x}" } } });
  });

  it("does not split a value with spaces into two arguments", () => {
    const { value } = resolveEnvironment({ service: { start: "node ${FILE} '${FILE}'" } }, { FILE: "a b" });
    assert.deepEqual(value, { service: { start: ["node", "a b", "a b"] } });
  });

  it("cannot smuggle a template in", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("$", "{", "}", "port"), maxLength: 6 }),
        fc.string({ unit: fc.constantFrom("$", "{", "}", "port"), maxLength: 6 }),
        (A, B) => {
          const read = resolveEnvironment({ service: { env: { X: "${A}${B}|${port}" } } }, { A, B });
          const text = (read.value as { service: { env: { X: string } } }).service.env.X;
          assert.equal(render(text, { port: "80" }), `${A}${B}|80`);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("tells a value that ends in $ before a template, which cannot be written", () => {
    assert.deepEqual(codes({ service: { env: { X: "${A}${port}" } } }, { A: "5$" }), [
      "TEMPLATE_AFTER_DOLLAR service.env.X",
    ]);
  });

  it("takes an empty variable for set, and names of JavaScript's own for unset", () => {
    assert.deepEqual(codes({ service: { name: "x${EMPTY}" } }, { EMPTY: "" }), []);
    assert.deepEqual(codes({ service: { name: "${constructor}" } }, {}), ["UNSET_VARIABLE service.name"]);
  });

  it("collects values of secret-named variables only", () => {
    const document = { service: { env: { A: "${MY_TOKEN}", B: "${db_password}", C: "${HOME}" } } };
    const { secrets } = resolveEnvironment(document, { MY_TOKEN: "t", db_password: "p", HOME: "/h" });
    assert.deepEqual([...secrets].sort(), ["p", "t"]);
  });
});
