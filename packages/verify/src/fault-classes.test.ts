import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alikeText, confusionOf, type FaultClass, faultClasses, faultClassOf } from "./fault-classes.ts";
import { experimentRecord } from "./testing/observations.ts";

const signatures = (texts: Partial<Record<FaultClass, string>>) =>
  confusionOf(
    new Map(
      faultClasses.flatMap((kind) => {
        const text = texts[kind];
        return text === undefined ? [] : [[kind, new Set(text.split(" "))] as const];
      }),
    ),
  );

describe("the class of a fault", () => {
  const classes = {
    "5xx": { kind: "status", status: 503 },
    "429": { kind: "status", status: 429 },
    "4xx": { kind: "status", status: 404 },
    hang: { kind: "hang" },
    truncate: { kind: "truncate", part: 0.5 },
  };
  for (const [name, fault] of Object.entries(classes)) {
    it(`is ${name} for ${fault.kind}`, () => {
      const program = { steps: [{ fault, times: 1 }] };
      assert.equal(faultClassOf(experimentRecord("e", { program })), name);
    });
  }

  it("is none for other faults, for none, and where different ones are mixed", () => {
    for (const faults of [
      [{ kind: "lost-reply" }],
      [],
      [{ kind: "hang" }, { kind: "status", status: 503 }],
    ]) {
      const program = { steps: faults.map((fault) => ({ fault, times: 1 as const })) };
      assert.equal(faultClassOf(experimentRecord("e", { program })), null);
    }
  });
});

describe("confusion", () => {
  it("counts classes that each have a signature of their own", () => {
    const found = signatures({ "5xx": "a", "429": "b", "4xx": "c", hang: "d" });
    assert.deepEqual([found.distinct, found.of, found.needed], [4, 4, 3]);
    assert.equal(alikeText(found), "");
  });

  it("names those that look like another", () => {
    const found = signatures({ "5xx": "a", "429": "a", "4xx": "a", hang: "b" });
    assert.equal(found.distinct, 2);
    assert.equal(alikeText(found), "429, 4xx look like 5xx");
  });

  it("does not take a missing line for a difference, nor lets it blur the others", () => {
    const found = signatures({ "5xx": "failed a", hang: "failed b", "4xx": "failed" });
    assert.equal(found.distinct, 2);
    assert.match(alikeText(found), /^4xx looks like/);
  });

  it("counts lost connections once where they look alike, and each where they do not", () => {
    const alike = signatures({ "5xx": "a", reset: "r", close: "r", truncate: "r" });
    assert.deepEqual([alike.distinct, alike.of, alikeText(alike)], [2, 2, ""]);
    const apart = signatures({ "5xx": "a", reset: "r", close: "c", truncate: "t" });
    assert.deepEqual([apart.distinct, apart.of], [4, 4]);
  });

  it("does not excuse a lost connection that looks like an answer", () => {
    const found = signatures({ "5xx": "a", reset: "a", hang: "h" });
    assert.deepEqual([found.distinct, found.of, alikeText(found)], [2, 3, "reset looks like 5xx"]);
  });
});
