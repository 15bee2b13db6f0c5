import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answersWithRows, takeApart } from "./statement.ts";

describe("a statement for a builder", () => {
  it("is taken apart at its placeholders, and not at what only looks like one", () => {
    assert.deepEqual(takeApart(`select $2::text, '$1 ''?', "a$1?", $10, $2`, "postgres"), {
      texts: ["select ", `::text, '$1 ''?', "a$1?", `, ", ", ""],
      order: [1, 9, 1],
    });
    assert.deepEqual(takeApart("select ?, '?', `a?` from t where a = ?", "mysql"), {
      texts: ["select ", ", '?', `a?` from t where a = ", ""],
      order: [0, 1],
    });
    assert.deepEqual(takeApart("select 1 = $1", "sqlite"), { texts: ["select 1 = $1"], order: [] });
  });

  for (const [sql, rows] of [
    ["select 1", true],
    [" SELECT a from b for update", true],
    ["with a as (select 1) select * from a", true],
    ["insert into a values (1) returning b", true],
    ["insert into a values ('returning')", false],
    ["with k as (insert into a values (1) returning b) insert into c select * from k", false],
    ["with k as (update a set b = 1 returning b) select * from k", true],
    ["update a set b = (select 1)", false],
    ['delete from "select"', false],
  ] as const)
    it(`is known to answer with ${rows ? "rows" : "none"}: ${sql}`, () =>
      assert.equal(answersWithRows(sql), rows));
});
