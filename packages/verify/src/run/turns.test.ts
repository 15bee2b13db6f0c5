import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { admitted, asked, left, noTurns, type TurnKind, type Turns } from "./turns.ts";

function admitAll(turns: Turns, cores = 2): { turns: Turns; kinds: string[] } {
  const kinds: string[] = [];
  let now = turns;
  for (let next = admitted(now, cores); next !== null; next = admitted(now, cores)) {
    now = next.turns;
    kinds.push(next.kind);
  }
  return { turns: now, kinds };
}

describe("turns", () => {
  it("lets as many start as there are cores", () => {
    const waiting = asked(asked(asked(noTurns, "start"), "start"), "start");
    assert.deepEqual(admitAll(waiting).kinds, ["start", "start"]);
  });

  it("keeps quiet samples back while something starts", () => {
    let { turns } = admitAll(asked(asked(noTurns, "start"), "start"));
    turns = asked(turns, "quiet");
    assert.deepEqual(admitAll(turns).kinds, []);
    turns = left(turns, "start");
    assert.deepEqual(admitAll(turns).kinds, []);
    assert.deepEqual(admitAll(left(turns, "start")).kinds, ["quiet"]);
  });

  it("starts all instances of quiet samples before the first of them flies, and no others", () => {
    let turns = asked(asked(asked(noTurns, "quiet"), "quiet-start"), "start");
    const first = admitAll(turns);
    assert.deepEqual(first.kinds, ["quiet-start"]);
    turns = left(first.turns, "quiet-start");
    assert.deepEqual(admitAll(turns).kinds, ["quiet"]);
  });

  it("starts in the order of asking while no quiet sample waits", () => {
    const turns = asked(asked(noTurns, "start"), "quiet-start");
    assert.deepEqual(admitAll(turns, 1).kinds, ["start"]);
    assert.deepEqual(admitAll(asked(asked(noTurns, "quiet-start"), "start"), 1).kinds, ["quiet-start"]);
  });

  it("lets quiet samples that wait go before starts once a quiet phase has begun", () => {
    let { turns } = admitAll(asked(noTurns, "quiet"));
    turns = asked(asked(asked(turns, "quiet-start"), "start"), "quiet");
    ({ turns } = admitAll(turns));
    assert.equal(turns.quiet, 2);
    assert.equal(turns.starting, 0);
    turns = left(left(turns, "quiet"), "quiet");
    assert.deepEqual(admitAll(turns).kinds, ["quiet-start", "start"]);
  });

  it("lets one load go at a time, beside fewer starts and never beside quiet samples", () => {
    let turns = asked(asked(asked(asked(noTurns, "load"), "load"), "start"), "start");
    ({ turns } = admitAll(turns));
    assert.deepEqual([turns.loading, turns.starting, turns.waitingLoads], [1, 1, 1]);
    ({ turns } = admitAll(asked(left(turns, "start"), "quiet")));
    assert.deepEqual([turns.quiet, turns.starting], [0, 1]);
    ({ turns } = admitAll(left(left(turns, "start"), "load")));
    assert.deepEqual([turns.quiet, turns.loading], [1, 0]);
    ({ turns } = admitAll(left(turns, "quiet")));
    assert.equal(turns.loading, 1);
  });

  it("never mixes starts with quiet samples, and lets everybody in at last", () => {
    let mixedWaits = 0;
    const steps = fc.array(fc.constantFrom("start", "quiet-start", "quiet", "load", "leave"), {
      maxLength: 60,
      size: "max",
    });
    const property = fc.property(steps, fc.integer({ min: 1, max: 4 }), (kinds, cores) => {
      let turns = noTurns;
      for (const kind of kinds) {
        ({ turns } = admitAll(stepped(turns, kind), cores));
        assertKept(turns, cores);
        if (turns.waitingQuiet > 0 && turns.starting > 0) mixedWaits++;
      }
      for (let guard = 0; guard < 200; guard++) ({ turns } = admitAll(stepped(turns, "leave"), cores));
      assert.deepEqual(turns, noTurns);
    });
    fc.assert(property);
    assert.ok(mixedWaits > 0, "the property met quiet samples that wait for starts");
  });
});

function assertKept(turns: Turns, cores: number): void {
  assert.ok(turns.quiet === 0 || turns.starting + turns.loading === 0, JSON.stringify(turns));
  assert.ok(turns.starting <= cores && turns.loading <= 1);
}

function stepped(turns: Turns, kind: TurnKind | "leave"): Turns {
  if (kind !== "leave") return asked(turns, kind);
  if (turns.quiet > 0) return left(turns, "quiet");
  if (turns.loading > 0) return left(turns, "load");
  return turns.starting > 0 ? left(turns, "start") : turns;
}
