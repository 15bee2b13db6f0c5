import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { splitCommand } from "./commands.ts";

describe("commands", () => {
  for (const [line, argv] of [
    ["node service.js", ["node", "service.js"]],
    ["  node   service.js  ", ["node", "service.js"]],
    ["node 'my service.js'", ["node", "my service.js"]],
    ['node "my service.js"', ["node", "my service.js"]],
    ["a --x='1 2' --y=\"3 4\"z", ["a", "--x=1 2", "--y=3 4z"]],
    ["a b\\ c \\'d", ["a", "b c", "'d"]],
    ['a "q\\"q" \'\\n\'', ["a", 'q"q', "\\n"]],
    ["a ''", ["a", ""]],
    ["npm run a:b -- --watch=false", ["npm", "run", "a:b", "--", "--watch=false"]],
    ["grep a|b", ["grep", "a|b"]],
    ["echo '&&'", ["echo", "&&"]],
  ] as const) {
    it(`split ${line}`, () => assert.deepEqual(splitCommand(line), { argv }));
  }

  for (const [line, remedy] of [
    ["a && b", /Nothing here reads &&/],
    ["a | b", /\[sh, -c/],
    ["a > file", /Nothing here reads >/],
    ["a; b", /script/],
    ["a 2>&1", /2>&1/],
    ["a 'b", /Close the quote/],
    ['a "b', /Close the quote/],
    ["", /Write a command/],
    ["   ", /Write a command/],
  ] as const) {
    it(`refuse ${JSON.stringify(line)} with a remedy`, () => {
      const split = splitCommand(line);
      assert.ok("remedy" in split);
      assert.match(split.remedy, remedy);
    });
  }

  it("give back any arguments that were quoted", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (argv) => {
        const line = argv.map((argument) => `'${argument.split("'").join("'\\''")}'`).join(" ");
        assert.deepEqual(splitCommand(line), { argv });
      }),
    );
  });

  it("take no time to speak of for a long line", () => {
    assert.ok("remedy" in splitCommand(`a ${'"x'.repeat(20_001)}`));
    assert.ok("remedy" in splitCommand(`a '${"\\".repeat(50_000)}`));
  });
});
