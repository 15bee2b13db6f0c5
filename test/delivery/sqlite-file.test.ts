import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "@holdfast/core";
import { ownPath } from "./load/folder.ts";
import { startLoad } from "./load/load.ts";
import { startWorker } from "./load/processes.ts";
import { until } from "./load/until.ts";

describe("an SQLite file that several processes share", () => {
  it("keeps everything when one is killed at work, and another one in its checkpoints, and opens each time (D10)", async () => {
    const files = ownPath();
    const path = files.path("shared.db");
    const database = { kind: "sqlite", path } as const;
    const broker = { kind: "in-process" } as const;
    const load = await startLoad({ database, broker, works: false, paceMs: 80 });
    const random = seededRandom(11);
    let over = false;
    let checkpointers = 0;
    // One process after the other that moves the log into the file all the time, killed while it does.
    const checkpoints = (async () => {
      for (; !over; checkpointers++) await killedInCheckpoints(path, random.between(0, 40));
    })();
    try {
      // Twice: a message that three processes died with counts as their killer.
      for (let round = 0; round < 2; round++) {
        const journal = files.path(`worker-${round}.ndjson`);
        const worker = startWorker({ database, broker, journal, stops: [] });
        await until("it works", () => worker.lines().length > 10);
        await sleep(random.between(0, 100));
        await worker.kill();
        const check = new DatabaseSync(path, { timeout: 5_000 });
        assert.deepEqual({ ...check.prepare("pragma integrity_check").get() }, { integrity_check: "ok" });
        check.close();
      }
      const last = startWorker({ database, broker, journal: files.path("last.ndjson"), stops: [] });
      try {
        await load.finish();
        assert.equal(await last.end(), 0);
        assert.ok(checkpointers >= 3, `${checkpointers} were killed in their checkpoints`);
      } finally {
        await last.kill();
      }
    } finally {
      over = true;
      await checkpoints;
      await load.close();
      files.remove();
    }
  });
});

const checkpointing = `
const { DatabaseSync } = require("node:sqlite");
const own = new DatabaseSync(process.argv[1], { timeout: 5000 });
console.log("on");
for (;;) own.exec("pragma wal_checkpoint(truncate)");
`;

async function killedInCheckpoints(path: string, afterMs: number): Promise<void> {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "-e", checkpointing, path],
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  const gone = once(child, "exit");
  await once(child.stdout, "data");
  await sleep(afterMs);
  child.kill("SIGKILL");
  await gone;
}
