import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readDashboard } from "./dashboard-file.ts";

const board = (panels: readonly unknown[], list: readonly unknown[] = []): string =>
  JSON.stringify({ title: "shop", templating: { list }, panels });
const panel = (expr: string, more: object = {}) => ({ title: "Calls", targets: [{ expr }], ...more });
const read = (text: string) => readDashboard({ path: "ops/shop.json", text });

describe("a dashboard", () => {
  it("is read with the queries of every panel, those in rows included", () => {
    const { queries, problem } = read(board([panel("a"), { type: "row", panels: [panel("b")] }]));
    assert.equal(problem, null);
    assert.deepEqual(
      queries.map(({ expr, panel: title }) => [expr, title]),
      [
        ["a", "Calls"],
        ["b", "Calls"],
      ],
    );
  });

  it("has Grafana's own variables filled in, and others by what the file says of them", () => {
    const list = [
      { name: "job", current: { value: "shop" } },
      { name: "route", current: { value: ["a", "b"] } },
      { name: "pod", current: { value: "$__all" } },
    ];
    const expr = 'rate(x{job="$job", route=~"${route:regex}", pod=~"[[pod]]"}[$__rate_interval])';
    const [query] = read(board([panel(expr)], list)).queries;
    assert.equal(query?.asked, 'rate(x{job="shop", route=~"a|b", pod=~".*"}[5m])');
  });

  it("says which variable it does not know", () => {
    const [query] = read(board([panel("x{a='$unset'}")], [{ name: "unset" }])).queries;
    assert.deepEqual([query?.asked, query?.unknown], [null, "unset"]);
  });

  it("counts queries of other sources, and leaves them alone", () => {
    const logs = panel("{app='shop'}", { datasource: { type: "loki" } });
    assert.deepEqual(read(board([logs, panel("up", { datasource: { type: "prometheus" } })])).foreign, 1);
  });

  for (const text of ["", "[]", "{", '{"panels": 3}'])
    it(`is not ${JSON.stringify(text)}`, () => assert.match(read(text).problem ?? "", /no dashboard/));
});
