import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { Flight, FlightList, noGeneration } from "./flight.ts";

const steps = fc.array(
  fc.record({ do: fc.constantFrom("add", "add", "remove", "clear"), which: fc.nat(4) }),
  { maxLength: 60, size: "max" },
);

/** The flights from the first to the last, and back. */
function walk(list: FlightList): { readonly there: readonly Flight[]; readonly back: readonly Flight[] } {
  const there: Flight[] = [];
  for (let flight = list.first; flight !== null; flight = flight.after) there.push(flight);
  const back: Flight[] = [];
  for (let flight = there.at(-1) ?? null; flight !== null; flight = flight.before) back.push(flight);
  return { there, back: back.reverse() };
}

/** Plays the steps with five flights that are used again and again; what happened. */
function play(steps: readonly { readonly do: string; readonly which: number }[]): readonly string[] {
  const flights = Array.from({ length: 5 }, () => new Flight());
  const list = new FlightList();
  let model: readonly Flight[] = [];
  return steps.map(({ do: what, which }) => {
    const flight = flights[which] as Flight;
    const at = model.indexOf(flight);
    if (what === "clear") {
      list.clear();
      model = [];
    } else if (at < 0) {
      list.add(flight);
      model = [...model, flight];
    } else {
      list.remove(flight);
      assert.deepEqual([flight.before, flight.after], [null, null], "it holds on to no other");
      model = model.filter((other) => other !== flight);
    }
    const { there, back } = walk(list);
    assert.ok(there.length === model.length && there.every((flight, at) => flight === model[at]));
    assert.ok(back.every((flight, at) => flight === model[at]));
    if (what === "clear") return "cleared";
    return at < 0 ? "added" : at === 0 ? "removed the first" : "removed another";
  });
}

it("keeps flights in the order of their start, wherever one is taken out and however often it is used", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(steps, (steps) => {
      for (const what of play(steps)) seen.add(what);
    }),
    { numRuns: 300 },
  );
  assert.deepEqual([...seen].sort(), ["added", "cleared", "removed another", "removed the first"]);
});

it("is nobody's flight at first", () => {
  const { generation, slow, probe, startedMs } = new Flight();
  assert.deepEqual([generation, slow, probe, startedMs], [noGeneration, false, false, 0]);
});
