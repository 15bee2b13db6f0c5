import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Observation, ScrapeRecord } from "../model.ts";
import { type StoredObservation, scrapePacker, scrapeUnpacker } from "./stored-scrape.ts";

type Moment = ScrapeRecord["moment"];

function scrape(instance: string, moment: Moment, text: string | null): ScrapeRecord {
  const error = text === null ? "silent" : null;
  return { type: "scrape", experiment: "e", instance, atMs: 1, moment, stage: null, text, error };
}

function stored(seen: readonly Observation[]): readonly string[] {
  const pack = scrapePacker();
  return seen.map((one) => JSON.stringify(pack(one)));
}

function readBack(lines: readonly string[]): readonly (Observation | null)[] {
  const unpack = scrapeUnpacker();
  return lines.map((line) => unpack(JSON.parse(line) as StoredObservation));
}

const exposition = (value: number): string =>
  Array.from(
    { length: 5_000 },
    (_, at) => `calls_total{route="/r${at}",le="+Inf"} ${at === 7 ? value : 0}`,
  ).join("\n");

describe("a scrape that is stored", () => {
  it("is read as it was, whatever it says and whoever was scraped", () => {
    const value = fc.constantFrom("0", "1", "1.5e+3 1700000000000", "NaN", '2 # {trace_id="a"} 1');
    const name = fc.constantFrom(
      "a",
      'a{b="c"}',
      'a{b="} {"}',
      "# TYPE a counter",
      "# EOF",
      "",
      "{",
      "a\tb",
      "x }",
    );
    const text = fc.array(
      fc.tuple(name, value).map(([one, its]) => `${one} ${its}`),
      { maxLength: 8 },
    );
    const one = fc.record({
      instance: fc.constantFrom("i1", "i2", "i3"),
      moment: fc.constantFrom<Moment>("ready", "warm", "stage", "end"),
      text: fc.option(text.map((lines) => lines.join("\n"))),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), (all) => {
        const seen = all.map((each) => scrape(each.instance, each.moment, each.text));
        const back = readBack(stored(seen));
        assert.deepEqual(JSON.parse(JSON.stringify(back)), seen);
      }),
    );
  });

  it("takes no more than what changed since the one before", () => {
    const moments: readonly Moment[] = ["ready", "warm", "end"];
    const seen = ["i1", "i2", "i3"].flatMap((instance) =>
      moments.map((moment, at) => scrape(instance, moment, exposition(at))),
    );
    const [first = "", ...others] = stored(seen);

    assert.ok(first.length > 200_000);
    for (const line of others) assert.ok(line.length < 300, line.slice(0, 400));
  });

  it("is read from runs that hold it whole", () => {
    const whole = scrape("i1", "warm", "a 1");
    assert.deepEqual(readBack([JSON.stringify(whole)]), [whole]);
  });

  it("is not made up where what it is told from is not there", () => {
    const lines = stored([scrape("i1", "ready", "a 1\nb 1"), scrape("i1", "warm", "a 1\nb 2")]);
    assert.deepEqual(readBack(lines.slice(1)), [null]);
  });
});
