import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { builtChecks } from "./checks.ts";
import { cleanTwins } from "./clean/index.ts";
import { contractOf } from "./contracts.ts";
import { mutants } from "./mutants/index.ts";
import { pick } from "./pick.ts";
import { verifyAll } from "./verify-picked.ts";

const built: readonly string[] = builtChecks;

describe("the zoo", () => {
  it("holds at least two mutants for every built check", () => {
    const thin = built.filter((check) => mutants.filter((one) => one.fails === check).length < 2);

    assert.deepEqual(thin, []);
  });

  it("lets a mutant fail its check and at most three others, all of them built", () => {
    for (const { id, fails, mayFail } of mutants) {
      assert.ok(built.includes(fails), `${id} fails ${fails}, which is not built`);
      assert.ok(mayFail.length <= 3, `${id} excuses ${mayFail.length} checks`);
      assert.ok(
        mayFail.every((check) => built.includes(check) && check !== fails),
        `${id}: ${mayFail.join(", ")}`,
      );
    }
  });

  it("has a file for each consumer, and no two of one name", () => {
    const ids = [...mutants, ...cleanTwins].map((one) => one.id);
    const missing = [
      ...mutants.map((one) => `mutants/${one.id}.${one.shape === "exec" ? "py" : "mjs"}`),
      ...cleanTwins.map((one) => `clean/${one.id}.${one.shape === "exec" ? "py" : "mjs"}`),
    ].filter((file) => !existsSync(join(import.meta.dirname, file)));

    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(missing, []);
  });

  it("has clean twins of every shape and operation", () => {
    const seen = new Set(cleanTwins.flatMap((one) => [one.shape, one.operation]));

    assert.deepEqual([...seen].sort(), ["charge", "exec", "module", "quote", "service"]);
  });

  it("gives a mutant the contract of its twin: the defect is in the code alone", () => {
    for (const one of mutants.filter(
      ({ policy, declaresKey }) => policy === undefined && declaresKey === undefined,
    )) {
      const { integrations } = contractOf(one, "mutants");
      const twin = cleanTwins.find(
        (other) =>
          other.operation === one.operation && other.policy === undefined && other.beside === one.beside,
      );
      assert.ok(twin);
      const provider = (contractOf(twin, "clean")["integrations"] as { payments: Record<string, unknown> })
        .payments;

      const own = (integrations as { payments: Record<string, unknown> }).payments;

      assert.deepEqual(own["policy"], provider["policy"], one.id);
      assert.deepEqual(own["operations"], provider["operations"], one.id);
    }
  });

  it("is told apart by verify: a seeded sample of mutants is found, and a clean twin passes the same checks", async (t) => {
    const picked = pick({ quick: true, only: [], own: true, seed: 51 });

    const cases = await verifyAll(
      picked,
      { jobs: 2, seed: 51, stored: false },
      (line) => t.diagnostic(line),
      t.signal,
    );

    const wrong = cases.flatMap((one) => {
      const said = one.said.filter(({ check }) => (one.fails ?? check) === check);
      if (one.error !== null || said.length === 0) return [`${one.subject}: ${one.error ?? "nothing said"}`];
      // What does not apply to a twin, or stays open on a busy machine, is no alarm.
      const isWrong = (verdict: string) =>
        one.fails === null ? verdict === "fail" || verdict === "advice" : verdict !== one.as;
      return said
        .filter(({ check, verdict }) => picked[0]?.checks?.includes(check) && isWrong(verdict))
        .map(({ check, verdict, because }) => `${one.subject}: ${check} says ${verdict}: ${because}`);
    });
    assert.deepEqual(wrong, []);
  });
});
