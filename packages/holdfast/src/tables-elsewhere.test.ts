import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { migrate, migrations } from "@holdfast/delivery/operations";
import { sqlite } from "@holdfast/delivery/sqlite";
import { commands } from "./commands/index.ts";
import { dispatch } from "./dispatch.ts";
import { bufferIo } from "./testing/buffer-io.ts";
import { letterFile } from "./testing/letters.ts";

const calls = [
  ["dead-letters", "list"],
  ["saga", "list"],
  ["outbox", "status"],
  ["outbox", "doctor"],
];

async function told(address: string, words: readonly string[]) {
  const io = bufferIo();
  const status = await dispatch(commands, "0", [...words, "--database", address], io);
  return { status, text: `${io.stdout()}${io.stderr()}`.replaceAll(/\s+/g, " ") };
}

describe("a database without the tables that were looked for", () => {
  it("says by which prefix they are there", async (t) => {
    const file = await letterFile([]);
    t.after(() => file.close());
    for (const words of calls) {
      const { status, text } = await told(file.address, [...words, "--prefix", "shop_"]);
      assert.ok(status === 4 || status === 1, text);
      assert.match(text, /elsewhere in this database: pass --prefix holdfast_\./, words.join(" "));
    }
  });

  it("names each prefix of several, and none that has only half of the tables", async (t) => {
    const file = await letterFile([]);
    t.after(() => file.close());
    const path = file.address.slice("sqlite:".length);
    const other = sqlite(path, { prefix: "app_" });
    await migrate(other, migrations);
    await other.transaction((tx) => tx.query("create table half_outbox (id)"));
    await other.close();
    const { text } = await told(file.address, ["saga", "list", "--prefix", "shop_"]);
    assert.match(text, /pass one of --prefix app_, --prefix holdfast_\./);
  });

  it("says how they are made where there are none", async (t) => {
    const file = await letterFile([]);
    t.after(() => file.close());
    const { rows } = await file.store.transaction((tx) =>
      tx.query("select name from sqlite_master where type = 'table'"),
    );
    for (const { name } of rows) await file.store.transaction((tx) => tx.query(`drop table "${name}"`));
    for (const words of calls)
      assert.match(
        (await told(file.address, words)).text,
        /This database has no tables of Holdfast under any schema or prefix: .* d\.migrate\(\)/,
        words.join(" "),
      );
  });

  it("asks for migrations where one table is missing among those that are there", async (t) => {
    const file = await letterFile([]);
    t.after(() => file.close());
    await file.store.transaction((tx) => tx.query(`drop table ${file.store.tables.of("saga")}`));
    assert.match((await told(file.address, ["saga", "list"])).text, /Remedy: Run the migrations/);
  });
});
