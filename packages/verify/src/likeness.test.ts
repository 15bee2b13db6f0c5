import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { likeness, sameSequence } from "./likeness.ts";

describe("one sequence on all instances", () => {
  const random = seededRandom(9);
  const drawn = Array.from({ length: 4 }, () => random.between(50, 150));

  it("is seen when instances wait alike at every position", () => {
    assert.ok(
      sameSequence(
        drawn.map((wait) => [wait, wait + 0.4, wait + 0.9, wait + 0.2]),
        0.5,
      ),
    );
  });

  it("is not seen when they differ, or when too few can be compared", () => {
    assert.equal(
      sameSequence(
        drawn.map((wait) => [wait, wait + 30, wait - 20, wait + 11]),
        0.5,
      ),
      false,
    );
    assert.equal(
      sameSequence(
        drawn.map((wait) => [wait, wait]),
        0.5,
      ),
      false,
    );
    assert.equal(sameSequence([[100, 100, 100]], 0.5), false);
  });

  it("is not seen in waits that only a very busy machine could call alike", () => {
    assert.equal(
      sameSequence(
        drawn.map((wait) => [wait, wait + 12, wait - 9, wait + 8]),
        14,
      ),
      false,
    );
  });

  it("is not seen when one position alone agrees", () => {
    const [first = 100, ...rest] = drawn;
    const positions = [[first, first, first], ...rest.map((wait) => [wait, wait + 30, wait - 20])];
    assert.equal(sameSequence(positions, 0.5), false);
  });
});

describe("one sequence on all instances of a busy machine", () => {
  const random = seededRandom(31);
  const steps = [100, 200, 400];
  const busy = () => -3 * Math.log(1 - random.next()) + (random.next() < 0.1 ? random.between(0, 60) : 0);
  const drawn = (width: number) => steps.map((step) => step * random.between(1 - width, 1));

  /** Two calls on each of `instances`, the waits of a call from `draw`: by gap index, then by call number. */
  function places(instances: number, draw: (call: number) => readonly number[]): number[][][] {
    const calls = [0, 1].map((call) => Array.from({ length: instances }, () => draw(call)));
    return steps.map((_, index) => calls.map((all) => all.map((waits) => (waits[index] ?? 0) + busy())));
  }

  function share(rounds: number, found: () => boolean): number {
    return Array.from({ length: rounds }, found).filter(Boolean).length / rounds;
  }

  it("is seen through the noise", () => {
    const shared = share(300, () => {
      const sequence = [drawn(0.5), drawn(0.5)];
      return likeness(places(6, (call) => sequence[call] ?? [])) === "shared";
    });
    assert.ok(shared >= 0.97, String(shared));
  });

  it("is not taken for draws of their own where a third of the waits come up to 100 ms late", () => {
    const jammed = (waits: readonly number[]) =>
      waits.map((wait) => wait + (random.next() < 0.33 ? random.between(0, 100) : 0));
    const found = { shared: 0, own: 0, undecided: 0 };
    for (let round = 0; round < 500; round++) {
      const sequence = [drawn(0.5), drawn(0.5)];
      found[likeness(places(6, (call) => jammed(sequence[call] ?? [])))] += 1 / 500;
    }
    assert.ok(found.own <= 0.02, JSON.stringify(found));
    assert.ok(found.shared >= 0.8, JSON.stringify(found));
  });

  it("is seen in what a run beside two busy loops and a compiler once measured", () => {
    const measured = [
      [
        [78, 83.6, 83.1, 82, 94.4, 90.2],
        [95.2, 32.5, 95.4, 91.1, 174.2, 202.2],
      ],
      [
        [167.6, 153.6, 152, 152, 249.5, 227.5],
        [211.6, 185.7, 211.6, 193, 176, 169],
      ],
      [
        [398.7, 382.8, 371.7, 391.9, 385, 384.3],
        [311.7, 234.2, 311.4, 311.6, 306.4, 300.8],
      ],
    ];
    assert.equal(likeness(measured), "shared");
  });

  it("is not seen where every instance draws for itself, and more instances leave less open", () => {
    for (const width of [0.1, 0.5, 1]) {
      const alarms = share(500, () => likeness(places(6, () => drawn(width))) === "shared");
      assert.ok(alarms <= 0.015, `${width}: ${alarms}`);
      const open = share(500, () => likeness(places(6, () => drawn(width))) === "undecided");
      assert.ok(open <= 0.12, `${width}: ${open}`);
      const openOfMany = share(200, () => likeness(places(13, () => drawn(width))) !== "own");
      assert.ok(openOfMany <= 0.02, `${width}: ${openOfMany}`);
    }
  });

  it("is not looked for where instances made one call each", () => {
    assert.equal(likeness([[[10, 11, 12]], [[20, 21, 22]]]), "own");
  });
});
