import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CodedError } from "@holdfast/core";
import { defineCommand } from "./command.ts";
import { dispatch } from "./dispatch.ts";
import { bufferIo } from "./testing/buffer-io.ts";

function failing(failure: unknown) {
  return defineCommand({
    name: "fail",
    summary: "Fails.",
    example: "holdfast fail",
    arguments: [],
    options: {},
    run: async () => {
      throw failure;
    },
  });
}
const coded = (code: string) => new CodedError(code, "it broke", { remedy: "mend it" });

describe("dispatch", () => {
  const table: readonly (readonly [words: string[], failure: unknown, status: number, told: RegExp])[] = [
    [["fail"], coded("USAGE"), 2, /holdfast: USAGE: it broke\n {2}Remedy: mend it/],
    [["fail"], coded("CONTRACT_MISSING"), 2, /CONTRACT_MISSING/],
    [["fail"], coded("PORT_TAKEN"), 4, /PORT_TAKEN/],
    [["fail"], new Error("oops"), 4, /INTERNAL: Error: oops[\s\S]*report it/],
    [["fial"], null, 2, /"fial" is not a command\n {2}Remedy: Did you mean holdfast fail\?/],
    [["fail", "--what"], null, 2, /--what is not an option/],
  ];
  for (const [words, failure, status, told] of table)
    it(`ends ${words.join(" ")} with ${status} and says ${told.source.slice(0, 30)}`, async () => {
      const io = bufferIo();
      assert.equal(await dispatch([failing(failure)], "1.2.3", words, io), status);
      assert.match(io.stderr(), told);
      assert.equal(io.stdout(), "");
    });

  it("prints the overview, the version and a command's help on stdout", async () => {
    for (const [words, told, status] of [
      [["--help"], /Usage: holdfast <command>[\s\S]*fail {2}Fails\./, 0],
      [[], /Usage: holdfast <command>/, 2],
      [["--version"], /^1\.2\.3\n$/, 0],
      [["fail", "--help"], /Usage: holdfast fail[\s\S]*Example: holdfast fail/, 0],
      [["help", "fail"], /Example: holdfast fail/, 0],
    ] as const) {
      const io = bufferIo();
      assert.equal(await dispatch([failing(null)], "1.2.3", words, io), status);
      assert.match(io.stdout(), told);
    }
  });
});
