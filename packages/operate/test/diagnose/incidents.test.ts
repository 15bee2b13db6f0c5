import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { scoreFolder } from "./score.ts";

const folder = join(import.meta.dirname, "fixtures");

describe("recorded incidents", () => {
  for (const half of ["known", "held-back"].filter((name) => existsSync(join(folder, name))))
    it(`are diagnosed with the right first cause, ${half}`, async () => {
      const scores = await scoreFolder(join(folder, half));
      const right = scores.filter((one) => one.right);
      const wrong = scores.filter((one) => !one.right).map(({ name, says }) => `${name}: ${says}`);

      assert.ok(scores.length >= 20);
      assert.ok(right.length >= scores.length * 0.95, wrong.join("\n"));
      assert.deepEqual(
        scores.filter((one) => one.certainlyWrong).map(({ name }) => name),
        [],
      );
    });

  it("begin when the fault did, to within two seconds", async () => {
    for (const { name, diagnosis, label } of await scoreFolder(join(folder, "known"))) {
      const atMs = diagnosis.cause?.onset?.atMs;
      if (typeof atMs !== "number") continue;
      assert.ok(atMs >= label.fromMs && atMs <= label.toMs, `${name}: ${atMs - label.fromMs} ms`);
    }
  });
});
