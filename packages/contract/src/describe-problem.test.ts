import assert from "node:assert/strict";
import { it } from "node:test";
import { describeProblem } from "./describe-problem.ts";

it("tells place, path, expectation, finding and remedy", () => {
  const problem = {
    code: "BAD_FORMAT",
    path: ["accept", 0, "until"],
    place: { line: 3, column: 7 },
    found: '"soon"',
    expected: "a date",
    remedy: "Write a day.",
  };
  assert.equal(
    describeProblem(problem, "holdfast.yaml"),
    'holdfast.yaml:3:7 BAD_FORMAT\n  accept[0].until: expected a date, found "soon".\n  Write a day.',
  );
  assert.match(describeProblem({ ...problem, path: [] }, "f"), /\n {2}expected a date/);
});
