import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { dispatch } from "../dispatch.ts";
import { bufferIo } from "../testing/buffer-io.ts";
import { letterFile } from "../testing/letters.ts";
import { commands } from "./index.ts";

async function called(t: TestContext, letters: number) {
  const file = await letterFile(Array.from({ length: letters }, () => ({})));
  t.after(() => file.close());
  const execute = (sql: string) =>
    file.store.transaction((tx) => tx.query(sql.replace("OUTBOX", file.store.tables.of("outbox"))));
  const run = async (...words: string[]) => {
    const io = bufferIo();
    const status = await dispatch(commands, "0", ["outbox", ...words, "--database", file.address], io);
    return { status, out: io.stdout(), err: io.stderr() };
  };
  return { run, execute, address: file.address };
}

const insertOld =
  "insert into OUTBOX (id, type, source, content_type, headers, body, created_ms) values ('0190a000-0000-7000-8000-000000000001', 'order.placed', '/', 'application/json', '{}', x'7b7d', cast(unixepoch('subsec') * 1000 as integer) - 600000)";

describe("holdfast outbox", () => {
  it("says what waits", async (t) => {
    const { run, execute, address } = await called(t, 2);
    assert.match(
      (await run("status")).out,
      /^outbox +empty\ndead letters +2, oldest 1(?:\.\d)? min\n +2 order\.placed at billing, failed\n$/m,
    );
    await execute(insertOld);
    const { status, out } = await run("status");
    assert.equal(status, 0);
    assert.match(out, /^outbox +1 message, oldest waits for 10 min$/m);
    const document = JSON.parse((await run("status", "--json")).out);
    assert.deepEqual([document.schemaVersion, document.database, document.outbox.messages], [1, address, 1]);
  });

  it("exits 0 on notes, 1 on what weakens a guarantee, and says what to do within 80 columns", async (t) => {
    const { run, execute } = await called(t, 1);
    const sound = await run("doctor");
    assert.equal(sound.status, 0);
    assert.match(sound.out, /^note +dead-letters {2}dead letters$/m);
    await execute(insertOld);
    const stuck = await run("doctor");
    assert.equal(stuck.status, 1);
    assert.match(
      stuck.out,
      /^weakened +outbox-stuck {2}outbox\n {10}1 message waits, .*10 min\.\n {10}Remedy: /m,
    );
    assert.ok(
      stuck.out
        .split("\n")
        .slice(1)
        .every((line) => line.length <= 80),
      stuck.out,
    );
    assert.equal((await run("doctor", "--max-age", "1h")).status, 0);
    const document = JSON.parse((await run("doctor", "--json")).out);
    assert.deepEqual(
      document.findings.map(({ code }: { code: string }) => code),
      ["outbox-stuck", "dead-letters"],
    );
    assert.equal(document.asked.includes("sqlite-file"), true);
  });

  it("refuses what it cannot read, and prints no password", async (t) => {
    const { run } = await called(t, 0);
    for (const words of [
      ["state"],
      ["doctor", "--broker", "kafka://u:secret@x"],
      ["doctor", "--broker", "nats://u:secret@x:4222"],
    ]) {
      const { status, out, err } = await run(...words);
      assert.deepEqual([status, out], [2, ""], words.join(" "));
      assert.doesNotMatch(err, /secret/);
    }
  });

  it("says how to name a database when none is named", async () => {
    const io = bufferIo();
    assert.equal(await dispatch(commands, "0", ["outbox", "status"], io), 2);
    assert.match(io.stderr(), /HOLDFAST_DATABASE_URL/);
  });
});
