import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { playFault, playTogether } from "../testing/play-fault.ts";
import { gather } from "./gather.ts";

const settings = { requests: 3, withinMs: 500 };
const firedAt = (played: readonly { readonly firedMs: number | null }[], atMs: readonly number[]) =>
  played.map(({ firedMs }, index) => (firedMs ?? Number.NaN) + (atMs[index] ?? 0));

describe("gather", () => {
  faultLaws(gather, { requests: 2, withinMs: 50 });

  it("answers all at the moment at which the last of them is read, and later ones at once", async () => {
    const atMs = [0, 20, 70, 200];
    const played = await playTogether(gather, atMs, { settings, requestMs: 5 });

    assert.deepEqual(firedAt(played, atMs), [75, 75, 75, 205]);
    for (const { sent, ending, delivered } of played) {
      assert.match(sent, /^HTTP\/1\.1 503 Service Unavailable\r\n/);
      assert.deepEqual([ending, delivered], ["keep", false]);
    }
  });

  it("waits for no more than its time, counted from the first one", async () => {
    const atMs = [0, 300];
    const played = await playTogether(gather, atMs, { settings, requestMs: 5 });

    assert.deepEqual(firedAt(played, atMs), [505, 505]);
  });

  it("does not count those whose consumer went away", async () => {
    const scene = { settings: { requests: 2, withinMs: 500 }, requestMs: 5, goneMs: 100 };
    const atMs = [0, 200];
    const played = await playTogether(gather, atMs, scene);

    assert.deepEqual(
      played.map(({ firedMs }) => firedMs),
      [null, null],
    );
  });

  it("speaks the provider's dialect", async () => {
    const errors = { 503: { status: 503, headers: { "x-kind": "down" }, body: "try later" } };
    const declared = { answer: { status: 200, headers: {}, body: "" }, errors };
    const { sent } = await playFault(gather, { settings: { ...settings, requests: 1 }, declared });

    assert.match(sent, /x-kind: down\r\n[\s\S]*\r\n\r\ntry later$/);
  });
});
