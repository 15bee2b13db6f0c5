import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openTurnstile } from "./turnstile.ts";

describe("a turnstile", () => {
  it("is calm once the last quiet sample has left, and not before", async () => {
    const turnstile = openTurnstile(2);
    const { signal } = new AbortController();
    await turnstile.calm(signal);
    const [one, other] = await Promise.all([turnstile.turn("quiet"), turnstile.turn("quiet")]);
    let calm = false;
    const waited = turnstile.calm(signal).then(() => {
      calm = true;
    });

    one();
    await new Promise(setImmediate);
    assert.equal(calm, false);
    other();
    await waited;
    assert.equal(turnstile.isQuiet(), false);
  });

  it("lets those go who wait for calm when the run ends", async () => {
    const turnstile = openTurnstile(2);
    const ending = new AbortController();
    const done = await turnstile.turn("quiet");
    const waited = turnstile.calm(ending.signal);
    ending.abort();

    await waited;
    await turnstile.calm(ending.signal);
    assert.equal(turnstile.isQuiet(), true);
    done();
  });
});
