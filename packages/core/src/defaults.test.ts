import assert from "node:assert/strict";
import { it } from "node:test";
import { horizonMs } from "./defaults.ts";

it("watches two and a half times the limit, from 5 s to 20 s", () => {
  assert.deepEqual(
    [0, 1_000, 2_000, 4_000, 8_000, 30_000].map(horizonMs),
    [5_000, 5_000, 5_000, 10_000, 20_000, 20_000],
  );
});
