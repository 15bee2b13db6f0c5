import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { Envelope } from "../../src/envelope.ts";
import { testStores } from "../support/stores.ts";
import { envelopeOf, type Rig, rigOn } from "./rig.ts";

const child = fileURLToPath(new URL("killer.child.ts", import.meta.url));

interface Outcome {
  readonly killed: boolean;
  readonly acked: readonly string[];
}

/** Lets a process consume until it dies or has nothing left to do. */
async function live(task: unknown): Promise<Outcome> {
  const own = spawn(process.execPath, ["--conditions=@holdfast/source", child, JSON.stringify(task)]);
  let out = "";
  let errors = "";
  own.stdout.on("data", (chunk) => {
    out += String(chunk);
  });
  own.stderr.on("data", (chunk) => {
    errors += String(chunk);
  });
  const [status, signal] = await once(own, "close");
  assert.ok(status === 0 || signal === "SIGKILL", `${status} ${signal} ${errors}`);
  const acked = [...out.matchAll(/^acked (\S+)$/gm)].map(([, id = ""]) => id);
  return { killed: signal === "SIGKILL", acked };
}

/** Where the child finds the tables. */
async function placeOf({ open: { store }, read }: Rig): Promise<string> {
  if (store.dialect === "postgres") return store.tables.of("parked").split('"')[1] ?? "";
  if (store.dialect === "mysql") return store.tables.bare("");
  const [row = {}] = await read(() => "select file from pragma_database_list where name = 'main'");
  return String(row["file"]);
}

/** Lets one process after the other consume what was not acknowledged yet. Resolves to how many died of it. */
async function deathsOver(rig: Rig, all: readonly Envelope[]): Promise<number> {
  const place = await placeOf(rig);
  const left = new Map(all.map((one) => [one.id, one]));
  for (let deaths = 0; ; deaths++) {
    assert.ok(deaths < 8, "it comes to an end");
    const deliveries = [...left.values()].map(({ body, ...rest }) => ({
      envelope: { ...rest, text: new TextDecoder().decode(body) },
      redelivered: deaths > 0,
    }));
    const outcome = await live({ dialect: rig.open.store.dialect, place, deliveries });
    for (const id of outcome.acked) left.delete(id);
    if (outcome.killed) continue;
    assert.equal(left.size, 0);
    return deaths;
  }
}

for (const testStore of testStores.filter(({ name }) => !/memory|postgres\.js/.test(name))) {
  describe(`a message that kills its process, on ${testStore.name}`, { skip: testStore.skip }, () => {
    it("does so three times, is dead-lettered, and takes none of the others along", async (test) => {
      const rig = await rigOn(test, testStore);
      const all = Array.from({ length: 20 }, (_, n) => envelopeOf({ n }));
      assert.equal(await deathsOver(rig, all), 3);
      const letters = await rig.read((own) => `select message_id, reason from ${own.of("dead_letter")}`);
      assert.deepEqual(
        letters.map((row) => ({ ...row })),
        [{ message_id: all[13]?.id, reason: "crashed" }],
      );
      const effects = (await rig.effects()).map(({ n }) => n).sort((a, b) => a - b);
      assert.deepEqual(
        effects,
        [...all.keys()].filter((n) => n !== 13),
      );
    });
  });
}
