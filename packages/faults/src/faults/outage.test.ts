import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { type Played, playFault, playSeveral } from "../testing/play-fault.ts";
import { outage } from "./outage.ts";

const provider = [[5, "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok"]] as const;
const statuses = async (atMs: readonly number[], settings: Readonly<Record<string, unknown>>) =>
  (await playSeveral(outage, atMs, { settings, provider })).map(({ sent }: Played) => sent.slice(9, 12));

describe("outage", () => {
  faultLaws(outage);

  it("begins and ends by the clock, for all requests of a program", async () => {
    const atMs = [0, 490, 500, 800, 1_490, 1_500, 3_000];
    assert.deepEqual(await statuses(atMs, { afterMs: 500, forMs: 1_000 }), [
      "201",
      "201",
      "503",
      "503",
      "503",
      "201",
      "201",
    ]);
    assert.deepEqual(await statuses([0, 60_000], {}), ["503", "503"]);
  });

  it("fires only on what fails, and lets the rest reach the provider", async () => {
    const [before, during] = await playSeveral(outage, [0, 200], { settings: { afterMs: 100 }, provider });
    assert.deepEqual([before?.firedMs, before?.delivered], [null, true]);
    assert.deepEqual([during?.firedMs, during?.delivered], [10, false]);
  });

  it("grows from none failing to all over a ramp", async () => {
    const atMs = Array.from({ length: 400 }, (_, index) => index * 10);
    const all = await statuses(atMs, { rampMs: 4_000 });
    const failed = (from: number) => all.slice(from, from + 100).filter((one) => one === "503").length;
    const [first, second, third, last] = [failed(0), failed(100), failed(200), failed(300)];
    assert.ok(
      first < 30 && second > 15 && second < 60 && third > 40 && third < 85 && last > 70,
      `${[first, second, third, last]}`,
    );
  });

  it("fails as it is told to", async () => {
    for (const [how, ending] of [
      ["reset", "rst"],
      ["close", "fin"],
      ["hang", "open"],
    ] as const)
      assert.equal((await playFault(outage, { settings: { how }, provider })).ending, ending);
    assert.match((await playFault(outage, { settings: { status: 500 } })).sent, /^HTTP\/1\.1 500 /);
  });
});
