import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../relay/support.ts";
import { openLog, publishMany, type Rig, skip } from "./support.ts";

const child = fileURLToPath(new URL("reader.child.ts", import.meta.url));

/** Lets a process read until `done`, or until it dies. Resolves to whether it died, and adds what its broker confirmed. */
async function read(
  test: TestContext,
  rig: Rig,
  { point, nth }: { readonly point: string; readonly nth: number },
  confirmed: string[],
  done: () => Promise<boolean>,
): Promise<boolean> {
  const task = JSON.stringify({ schema: rig.schema, point, nth });
  const own = spawn(process.execPath, ["--conditions=@holdfast/source", child, task], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  test.after(() => own.kill("SIGKILL"));
  let out = "";
  let dead = false;
  own.stdout.on("data", (chunk) => {
    out += String(chunk);
  });
  const closed = once(own, "close").then(([, signal]) => {
    dead = signal === "SIGKILL";
  });
  await Promise.race([closed, until("it has read all", async () => dead || (await done()))]);
  own.stdin.end();
  await closed;
  confirmed.push(...[...out.matchAll(/^confirmed (\S+)$/gm)].map(([, id = ""]) => id));
  return dead;
}

describe("a process that is killed while it reads the log (R1 to R4)", { skip }, () => {
  it("loses nothing wherever it dies, and the next one sends what was under way twice at most", async (test) => {
    const rig = await openLog(test);
    const ids: string[] = [];
    const confirmed: string[] = [];
    let bad = 0;
    let deaths = 0;
    const done = async (): Promise<boolean> =>
      (await rig.count("dead_letter")) === bad && (await unread(rig)) === 0;
    // Each of them gets some pages further before it dies, and the last one does not.
    for (const [point, nth] of [
      ["relay:after-claim", 3],
      ["relay:after-ack", 350],
      ["relay:before-settle", 3],
      ["relay:after-settle", 3],
      ["relay:before-dead-letter", 1],
      ["relay:after-dead-letter", 1],
      ["never", 1],
    ] as const) {
      ids.push(...(await publishMany(rig, 200)));
      await publishMany(rig, 1, { type: "bad" });
      ids.push(...(await publishMany(rig, 200)));
      bad += 1;
      assert.equal(await read(test, rig, { point, nth }, confirmed, done), point !== "never", point);
      if (point !== "never") deaths += 1;
    }
    assert.deepEqual(new Set(confirmed), new Set(ids));
    const twice = confirmed.length - ids.length;
    assert.ok(twice <= deaths * 200, `${twice} were sent twice over ${deaths} deaths`);
    const letters = await rig.pool.query(
      `select count(distinct message_id) as n from ${rig.store.tables.of("dead_letter")}`,
    );
    assert.equal(Number(letters.rows[0].n), bad);
    assert.equal(await rig.count("dead_letter"), bad);
  });
});

/** What neither the cursor has passed nor the queue has sent. */
async function unread(rig: Rig): Promise<number> {
  const of = rig.store.tables.of;
  const { rows } = await rig.pool.query(
    `select (select count(*) from ${of("outbox")}) + (select count(*) from ${of("outbox_log")} l, ${of("outbox_log_cursor")} c
  where not pg_visible_in_snapshot(l.txid, c.old)) as n`,
  );
  return Number(rows[0].n);
}
