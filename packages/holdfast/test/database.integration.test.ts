import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { migrate, migrations } from "@holdfast/delivery/operations";
import { commands } from "../src/commands/index.ts";
import { withDatabase } from "../src/database.ts";
import { dispatch } from "../src/dispatch.ts";
import { bufferIo } from "../src/testing/buffer-io.ts";
import { letterId, writeLetters } from "../src/testing/letters.ts";

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: 2_000 });
    const end = (found: boolean) => () => {
      socket.destroy();
      resolve(found);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
const name = `hf_cli_${process.pid.toString(36)}_${Date.now().toString(36).slice(-5)}`;

const databases = [
  { url: "postgres://root@127.0.0.1:5432/test", port: 5432, given: { schema: name, prefix: undefined } },
  { url: "mysql://root@127.0.0.1:3306/test", port: 3306, given: { schema: undefined, prefix: `${name}_` } },
] as const;

for (const { url, port, given } of databases) {
  const skip = (await answers(port)) ? false : `service: no database answers on 127.0.0.1:${port}`;
  describe(`the commands on ${url}`, { skip }, () => {
    const names = given.schema === undefined ? ["--prefix", given.prefix] : ["--schema", given.schema];
    const run = async (...words: string[]) => {
      // As if called in a user's project: its drivers are those of this repository.
      const io = bufferIo({ cwd: process.cwd(), env: { HOLDFAST_DATABASE_URL: url } });
      const status = await dispatch(
        commands,
        "0",
        [...words, ...(words.includes(names[0] ?? "") ? [] : names)],
        io,
      );
      return { status, out: io.stdout(), err: io.stderr() };
    };
    const withStore = <T>(work: Parameters<typeof withDatabase<T>>[2]) =>
      withDatabase({ database: url, ...given }, bufferIo({ cwd: process.cwd() }), work);

    it("say that migrations are missing, list, redrive and diagnose, and print no user", async () => {
      const missing = await run("outbox", "status");
      assert.equal(missing.status, 4);
      assert.match(
        missing.err,
        /STORE_SCHEMA_MISSING.*\n {2}Remedy: (This database has no tables|Holdfast's tables are elsewhere)/,
      );
      try {
        await withStore(async ({ store }) => {
          await migrate(store, migrations);
          await writeLetters(store, [{}, { consumer: null }]);
        });
        const other = given.schema === undefined ? ["--prefix", "nowhere_"] : ["--schema", "nowhere"];
        const elsewhere = await run("dead-letters", "list", ...other);
        assert.equal(elsewhere.status, 4);
        assert.match(elsewhere.err, new RegExp(`Remedy: .*elsewhere .*${names.join(" ")}[,. ]`));
        assert.match((await run("dead-letters", "list", "--reason", "failed")).out, /2 letters\.\n$/);
        assert.match((await run("dead-letters", "show", letterId(1), "--payload")).out, /4111/);
        assert.equal(JSON.parse((await run("dead-letters", "redrive", "--all", "--json")).out).redriven, 2);
        const { out } = await run("outbox", "status");
        assert.match(out, /^outbox +1 message, .*\nparked by billing +1 message, /m);
        const doctor = await run("outbox", "doctor", "--json");
        assert.doesNotMatch(doctor.out, /check-unanswered|root@/);
        assert.equal(JSON.parse(doctor.out).asked.length > 4, true);
      } finally {
        await withStore(({ store }) => dropAll(store));
      }
    });

    it("exit 4 when the database does not answer, and keep the password to themselves", async () => {
      const far = url.replace(`127.0.0.1:${port}`, "127.0.0.1:1").replace("root@", "root:s3cret@");
      for (const words of [
        ["dead-letters", "list"],
        ["outbox", "doctor"],
      ]) {
        const { status, out, err } = await run(...words, "--database", far);
        assert.equal(status, 4, words.join(" "));
        assert.match(`${out}${err}`, /store-unreachable|STORE_UNREACHABLE/);
        assert.doesNotMatch(`${out}${err}`, /s3cret/);
      }
    });
  });
}

async function dropAll(store: Parameters<typeof migrate>[0]): Promise<void> {
  const session = await store.connect({ purpose: "test" });
  if (store.dialect === "postgres") await session.query(`drop schema if exists "${name}" cascade`);
  else {
    const { rows } = await session.query(
      `select table_name as name from information_schema.tables where table_schema = database() and table_name like '${name}\\_%'`,
    );
    for (const row of rows) await session.query(`drop table \`${String(row["name"])}\``);
  }
  await session.close();
}

describe("a driver", () => {
  it("is named with what to install when it is missing", async () => {
    const { loadDriver } = await import("../src/load-driver.ts");
    await assert.rejects(
      loadDriver("no-such-driver/promise", bufferIo({ cwd: "/" })),
      (error: { code?: string; remedy?: string }) =>
        error.code === "DRIVER_MISSING" && /npm install no-such-driver /.test(error.remedy ?? ""),
    );
  });
});
