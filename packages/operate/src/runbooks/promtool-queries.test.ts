import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { promtoolQueries } from "./promtool-queries.ts";

const expected: readonly (readonly [commands: string, queries: readonly string[]])[] = [
  ['promtool query instant http://p "rate(a_total[5m])"', ["rate(a_total[5m])"]],
  ["promtool query instant http://p 'a{b=\"c\"} | x' | head", ['a{b="c"} | x']],
  ['promtool query instant http://p "a{b=\\"c\\"}"', ['a{b="c"}']],
  ["promtool query range --start=1 --end 2 --step=15s $PROMETHEUS_URL up", ["up"]],
  ['promtool query instant \\\n  http://p \\\n  "up"', ["up"]],
  ["promtool query instant -o json http://p up; promtool query instant http://p down", ["up", "down"]],
  ['# promtool query instant http://p "gone"\npromtool check rules a.yaml', []],
  ['promtool query instant http://p "$QUERY"', []],
  ["promtool query instant http://p 'up == $1'", ["up == $1"]],
  ["promtool query instant http://p", []],
  ["promtool query labels http://p up", []],
];

describe("queries that promtool asks", () => {
  for (const [commands, queries] of expected)
    it(`are read from ${commands.replaceAll("\n", " / ")}`, () =>
      assert.deepEqual(promtoolQueries(commands), queries));
});
