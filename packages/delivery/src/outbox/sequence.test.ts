import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { OutboxRow } from "./row.ts";
import { placed } from "./sequence.ts";

const rowOf = (type: string, key: string, ordered: boolean): OutboxRow => ({
  id: "",
  type,
  source: "",
  key,
  ordered,
  contentType: "",
  headers: {},
  body: new Uint8Array(),
  delayMs: 0,
});

function placeOf(behind: number | null): string {
  if (behind === null) return "none";
  return behind === 0 ? "last" : "behind";
}

describe("the places of ordered rows", () => {
  it("are each key's next numbers in the order of the rows, however the keys are mixed", () => {
    const seen = new Set<string>();
    const rows = fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.constantFrom("x", "y", "z"), fc.boolean()), {
      maxLength: 40,
      size: "max",
    });
    const check = (list: readonly (readonly [string, string, boolean])[]): void => {
      const { rows: out, keys } = placed(
        list.map((row) => rowOf(...row)),
        ({ ordered }) => ordered,
      );
      const counters = new Map(keys.map(({ type, key, count }) => [`${type} ${key}`, count]));
      const given = new Map<string, number>();
      for (const { row, behind } of out) {
        assert.equal(behind === null, !row.ordered);
        seen.add(placeOf(behind));
        if (behind === null) continue;
        const name = `${row.type} ${row.key}`;
        const next = (given.get(name) ?? 0) + 1;
        given.set(name, next);
        assert.equal((counters.get(name) ?? 0) - behind, next);
      }
      assert.deepEqual(given, counters);
    };
    fc.assert(fc.property(rows, check));
    assert.deepEqual([...seen].toSorted(), ["behind", "last", "none"]);
  });
});
