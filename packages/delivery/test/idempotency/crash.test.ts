import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { answered, type Effects, effectsOn, post } from "../../src/conformance/idempotency-subject.ts";
import { idempotencyMigrations } from "../../src/idempotency/migrations.ts";
import { migrate } from "../../src/migrations.ts";
import { ownName } from "../support/servers.ts";
import { crashRoute } from "./support/crash-route.ts";
import { type NamedStore, namedKinds, openNamed } from "./support/named-stores.ts";

const child = join(import.meta.dirname, "support/crash-child.ts");
const points = [
  "idempotency:after-claim",
  "idempotency:after-work",
  "idempotency:before-complete",
  "idempotency:after-complete",
];

/** The code of the children, compiled once: there are many of them, and each lives for a moment. */
const compiled = mkdtempSync(join(tmpdir(), "holdfast-compiled-"));
after(() => rmSync(compiled, { recursive: true, force: true }));

/** Runs the child and resolves to the signal that ended it. */
function died(args: readonly string[]): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, ["--conditions=@holdfast/source", child, ...args], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    });
    process_.once("error", reject).once("exit", (_code, signal) => resolve(signal));
  });
}

for (const { kind, skip } of namedKinds)
  describe(`a process that is killed while it holds a key in ${kind}`, { skip }, () => {
    const name = ownName();
    let named: NamedStore;
    let effects: Effects;
    before(async () => {
      named = await openNamed(kind, name);
      const { database } = named.store;
      if (database !== null) await migrate(database.store, idempotencyMigrations);
      effects = await effectsOn(named.store);
    });
    after(async () => {
      await named.drop();
      await named.close();
    });

    /** Kills a run at the point, sends the request again until it is answered, and says what was done in all. */
    const outcome = async (mode: "tx" | "lease", point: string) => {
      const key = randomUUID();
      const foreign = join(tmpdir(), `${name}-${key}`);
      assert.equal(await died([kind, name, mode, point, key, foreign]), "SIGKILL");
      const route = crashRoute({ store: named.store, mode, foreign });
      const answer = await answered(() => route(post(key)));
      assert.deepEqual([answer.status, await answer.json()], [201, { made: true }]);
      const calls = existsSync(foreign) ? readFileSync(foreign, "utf8").trim().split("\n") : [];
      rmSync(foreign, { force: true });
      return {
        made: await effects.count(key),
        calls,
        key,
        replayed: answer.headers.has("idempotency-replayed"),
      };
    };

    if (kind !== "redis")
      it("leaves nothing of a transaction that it had not committed, and all of one that it had", async () => {
        const checked = points.map(async (point) => {
          const { made, replayed } = await outcome("tx", point);
          assert.deepEqual([made, replayed], [1, point === "idempotency:after-complete"], point);
        });
        await Promise.all(checked);
      });

    it("leaves a lease, after which the next one goes on where it was, with the same keys for others", async () => {
      const checked = ["between call and record", ...points].map(async (point) => {
        const { made, calls, key, replayed } = await outcome("lease", point);
        const done = point === "idempotency:after-complete";
        assert.deepEqual([made, replayed], [kind === "redis" ? 0 : 1, done], point);
        const expected = point === "between call and record" ? 2 : 1;
        assert.deepEqual(
          calls,
          Array.from({ length: expected }, () => `idem:tenant:${key}:charge`),
          point,
        );
      });
      await Promise.all(checked);
    });
  });
