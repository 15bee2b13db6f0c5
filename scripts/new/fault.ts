/** The text of a new fault: it compiles, and the folder guard asks for its summary. */
export function faultText(kind: string, name: string): string {
  return `import { defineFault, type Fault } from "../fault.ts";

/** */
export const ${name}: Fault = defineFault({
  kind: "${kind}",
  at: "exchange",
  summary: "",
  loses: true,
  params: {},
  act: () => async (exchange) => {
    await exchange.requestRead();
    exchange.fired();
    exchange.end("keep");
  },
});
`;
}

/** The text of its test, which fails until it is written. */
export function faultTestText(kind: string, name: string): string {
  return `import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ${name} } from "./${kind}.ts";

describe("${kind}", () => {
  it("does to an exchange what its summary says", () => {
    assert.equal(${name}.kind, "${kind}");
    assert.fail("write this test: its effect in virtual time, and the laws that every fault keeps");
  });
});
`;
}
