import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineCommand } from "./command.ts";
import { parse } from "./parse.ts";

const body = defineCommand({
  example: "holdfast try it",
  arguments: [{ name: "what", doc: "What to try.", optional: false }],
  options: {
    seed: { kind: "integer", value: "n", min: 0, max: 99, doc: "The seed." },
    only: { kind: "list", value: "check", doc: "Only these." },
    budget: { kind: "duration", value: "time", doc: "How long." },
    "fail-on": { kind: "choice", choices: ["advice", "incomplete"], doc: "Stricter." },
    out: { kind: "text", value: "folder", doc: "Where." },
    "dry-run": { kind: "flag", doc: "Only plan." },
  },
  run: async () => 0,
});
const command = { name: "try", summary: "Tries.", ...body };

describe("parse", () => {
  it("reads every kind of option, with a space or an equals sign", () => {
    const words = [
      "it",
      "--seed=7",
      "--only",
      "a,b",
      "--only=c",
      "--budget",
      "90s",
      "--fail-on=advice",
      "--dry-run",
    ];

    const { arguments: positionals, options } = parse(command, words);

    assert.deepEqual(positionals, ["it"]);
    assert.deepEqual(options, {
      seed: 7,
      only: ["a", "b", "c"],
      budget: 90_000,
      "fail-on": "advice",
      out: undefined,
      "dry-run": true,
      json: false,
      help: false,
    });
  });

  it("takes everything after -- as arguments", () => {
    assert.deepEqual(parse(command, ["--", "--seed"]).arguments, ["--seed"]);
  });

  const refused: readonly (readonly [words: readonly string[], message: RegExp, remedy: RegExp])[] = [
    [["it", "--sed", "1"], /--sed is not an option/, /Did you mean --seed/],
    [["it", "-s"], /-s is not an option/, /See holdfast try --help|Did you mean/],
    [["it", "--seed"], /--seed needs a value/, /Write --seed <n>/],
    [["it", "--out", "--seed", "1"], /--out needs a value/, /<folder>/],
    [["it", "--seed", "100"], /from 0 to 99/, /number/],
    [["it", "--seed", "1.5"], /from 0 to 99/, /number/],
    [["it", "--budget", "90"], /expected a duration/, /unit/],
    [["it", "--fail-on", "never"], /expected advice or incomplete/, /advice, incomplete/],
    [["it", "--dry-run=yes"], /takes no value/, /alone/],
    [[], /<what> is missing/, /holdfast try it/],
    [["it", "too"], /"too" is one argument too many/, /holdfast try it/],
    [["it", "--__proto__", "x"], /--__proto__ is not an option/, /./],
  ];
  for (const [words, message, remedy] of refused)
    it(`refuses ${words.join(" ") || "no words"} with a remedy`, () => {
      assert.throws(
        () => parse(command, words),
        (failure: Error & { code?: string; remedy?: string }) => {
          assert.equal(failure.code, "USAGE");
          assert.match(failure.message, message);
          assert.match(failure.remedy ?? "", remedy);
          return true;
        },
      );
    });
});
