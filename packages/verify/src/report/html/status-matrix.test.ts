import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { indexObservations } from "../evidence-index.ts";
import type { CheckResult } from "../model.ts";
import { checklist, observations } from "../testing/fixture.ts";
import { matrixCells, statusMatrix } from "./status-matrix.ts";

const index = indexObservations(observations);
const checks = checklist.items.flatMap((item) => item.checks);

function check(id: string): CheckResult {
  const found = checks.find((one) => one.id === id);
  assert.ok(found !== undefined);
  return found;
}

describe("the status matrix", () => {
  it("counts attempts per call by what the provider answered", () => {
    assert.deepEqual(matrixCells(check("classification"), index), [
      { answer: "400", final: true, calls: 1, retried: 1, attemptsMin: 5, attemptsMax: 5 },
      { answer: "429", final: false, calls: 1, retried: 1, attemptsMin: 2, attemptsMax: 2 },
    ]);
  });
  it("marks what the verdict holds against the consumer, and nothing else", () => {
    assert.doesNotMatch(
      statusMatrix({ ...check("classification"), verdict: "pass" }, index)?.markup ?? "",
      /wrong/,
    );
    assert.match(statusMatrix(check("classification"), index)?.markup ?? "", /<li class="again"><b>429/);
    assert.match(
      statusMatrix(check("classification"), index)?.markup ?? "",
      /<li class="wrong"><b>400<\/b>.*m-fail.*retried/,
    );
  });
  it("counts a refused attempt, which no proxy sees", () => {
    const refused = observations.map((record) => {
      if (record.type === "experiment" && record.experiment.name === "status-400")
        return {
          ...record,
          experiment: { ...record.experiment, program: { steps: [{ fault: { kind: "refuse" }, times: 1 }] } },
        };
      return record.type === "exchange" ? { ...record, firedMs: null } : record;
    });
    const cells = matrixCells(check("classification"), indexObservations(refused));
    assert.deepEqual(
      cells.map((cell) => [cell.answer, cell.attemptsMax]),
      [
        ["429", 2],
        ["refuse", 6],
      ],
    );
  });
  it("belongs to the classification alone, and to its own target", () => {
    assert.equal(statusMatrix(check("bounded"), index), null);
    assert.equal(statusMatrix({ ...check("classification"), integration: "ledger" }, index), null);
  });
});
