import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultLaws } from "../testing/fault-laws.ts";
import { type Played, playSeveral } from "../testing/play-fault.ts";
import { quota } from "./quota.ts";

const answer = "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok";
const provider = [[5, answer]] as const;

/** Requests that arrive at these times, under one program. */
const played = (atMs: readonly number[], settings: Readonly<Record<string, unknown>>): Promise<Played[]> =>
  playSeveral(quota, atMs, { settings: { limit: 2, windowMs: 1_000, ...settings }, provider });
const statusOf = ({ sent }: Played): string => sent.slice(9, 12);

describe("quota", () => {
  faultLaws(quota, { limit: 0, windowMs: 1_000 });

  it("lets so many requests of a window pass, refuses the rest, and begins anew", async () => {
    const all = await played([0, 100, 200, 900, 1_050, 1_100, 1_200], {});
    assert.deepEqual(all.map(statusOf), ["201", "201", "429", "429", "201", "201", "429"]);
    assert.deepEqual(
      all.map(({ firedMs, delivered }) => [firedMs !== null, delivered]),
      all.map((one) => [statusOf(one) === "429", statusOf(one) === "201"]),
    );
  });

  it("says when the next window begins, and what is left of this one", async () => {
    const [first, , third] = await played([0, 100, 200], { windowMs: 5_000 });
    assert.match(
      first?.sent ?? "",
      /\r\nratelimit-policy: "default";q=2;w=5\r\nratelimit: "default";r=1;t=5\r\n/,
    );
    assert.match(third?.sent ?? "", /^HTTP\/1\.1 429 [\s\S]*\r\nretry-after: 5\r\n[\s\S]*;r=0;t=5\r\n/);
  });

  it("says it in other words, or not at all", async () => {
    const other = await played([0, 100, 200], { headers: "x-ratelimit" });
    assert.match(
      other[2]?.sent ?? "",
      /x-ratelimit-limit: 2\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: \d{10}\r\n/,
    );
    const silent = await played([0, 100, 200], { headers: "none", retryAfter: false, status: 503 });
    assert.equal(silent[0]?.sent, answer);
    assert.match(silent[2]?.sent ?? "", /^HTTP\/1\.1 503 /);
    assert.doesNotMatch(silent[2]?.sent ?? "", /ratelimit|retry-after/);
  });
});
