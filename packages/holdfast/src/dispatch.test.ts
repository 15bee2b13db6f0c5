import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CodedError } from "@holdfast/core";
import { type CommandEntry, defineCommand } from "./command.ts";
import { dispatch } from "./dispatch.ts";
import { bufferIo } from "./testing/buffer-io.ts";

function failing(failure: unknown): CommandEntry {
  const command = defineCommand({
    example: "holdfast fail",
    arguments: [],
    options: {},
    run: async () => {
      throw failure;
    },
  });
  return { name: "fail", summary: "Fails.", load: async () => command };
}
const coded = (code: string) => new CodedError(code, "it broke", { remedy: "mend it" });

describe("dispatch", () => {
  const table: readonly (readonly [words: string[], failure: unknown, status: number, told: RegExp])[] = [
    [["fail"], coded("USAGE"), 2, /holdfast: USAGE: it broke\n {2}Remedy: mend it/],
    [["fail"], coded("CONTRACT_MISSING"), 2, /CONTRACT_MISSING/],
    [["fail"], coded("PORT_TAKEN"), 4, /PORT_TAKEN/],
    [["fail"], new Error("oops"), 4, /INTERNAL: Error: oops[\s\S]*report it/],
    [["fial"], null, 2, /"fial" is not a command\n {2}Remedy: Did you mean holdfast fail\?/],
    [["help", "fial"], null, 2, /"fial" is not a command\n {2}Remedy: Did you mean holdfast fail\?/],
    [["fail", "--what"], null, 2, /--what is not an option/],
  ];
  for (const [words, failure, status, told] of table)
    it(`ends ${words.join(" ")} with ${status} and says ${told.source.slice(0, 30)}`, async () => {
      const io = bufferIo();
      assert.equal(await dispatch([failing(failure)], "1.2.3", words, io), status);
      assert.match(io.stderr(), told);
      assert.equal(io.stdout(), "");
    });

  it("loads a command that is asked for and no other; one that cannot be loaded is told like any failure", async () => {
    const broken: CommandEntry = {
      name: "broken",
      summary: "Cannot be loaded.",
      load: async () => {
        throw new Error("no such module");
      },
    };
    const commands = [broken, failing(coded("USAGE"))];
    const said: [number, string][] = [];
    for (const words of [["fail"], ["--help"], ["--version"], ["broken"], ["help", "broken"]]) {
      const io = bufferIo();
      said.push([await dispatch(commands, "1", words, io), io.stderr().split("\n")[0] ?? ""]);
    }
    assert.deepEqual(
      said.map(([status, told]) => [status, told.replace(/(no such module).*/, "$1")]),
      [
        [2, "holdfast: USAGE: it broke"],
        [0, ""],
        [0, ""],
        [4, "holdfast: INTERNAL: Error: no such module"],
        [4, "holdfast: INTERNAL: Error: no such module"],
      ],
    );
  });

  it("keeps the overview within 80 columns, whatever a command says of itself", async () => {
    const wordy = { ...failing(null), summary: "Says more than a line can hold, ".repeat(5) };
    const io = bufferIo();
    await dispatch([wordy], "1", ["--help"], io);
    assert.match(io.stdout(), /Says more[\s\S]*Says more/);
    assert.deepEqual(
      io
        .stdout()
        .split("\n")
        .filter((line) => line.length > 80),
      [],
    );
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
