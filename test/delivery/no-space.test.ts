import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Client } from "pg";
import { type DatabasePlace, freshDatabase } from "./load/databases.ts";
import { ownPath } from "./load/folder.ts";
import { startLoad } from "./load/load.ts";
import { until } from "./load/until.ts";
import { mariadbMissing, startMariadb } from "./servers/mariadb.ts";
import { postgresAddress, postgresMissing, startPostgres } from "./servers/postgres.ts";
import { type OwnServer, ownFolder } from "./servers/server.ts";

interface SmallFileSystem {
  remove(): void;
}

/** A file system of a few megabytes that belongs to a user; null where it may not be mounted. */
function smallFileSystem(folder: string, size: string, user = "root"): SmallFileSystem | null {
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size},mode=755`, "tmpfs", folder]);
  spawnSync("chown", [user, folder]);
  return status === 0 ? { remove: () => void spawnSync("umount", ["-l", folder]) } : null;
}

function mountable(): string | false {
  const files = ownPath();
  const mounted = smallFileSystem(files.path(""), "64k");
  mounted?.remove();
  files.remove();
  return mounted === null ? "service: a small file system may not be mounted here" : false;
}

const cannotMount = mountable();

describe("a disk that is full", { skip: cannotMount }, () => {
  it("under an SQLite file: each write is refused with its code, and everything goes on when there is space (P10, D10)", async () => {
    const files = ownPath();
    const small = smallFileSystem(files.path(""), "24m");
    const load = await startLoad({
      database: { kind: "sqlite", path: files.path("full.db") },
      broker: { kind: "in-process" },
      paceMs: 10,
    });
    try {
      await load.committed(40);
      await fillAndFree(files.path(""), load);
    } finally {
      await load.close();
      small?.remove();
      files.remove();
    }
  });

  it("under PostgreSQL's tables: each write is refused with its code, and everything goes on when there is space (P10)", {
    skip: postgresMissing,
  }, async () => {
    const server = await startPostgres();
    const folder = join(server.folder, "small");
    spawnSync("mkdir", [folder]);
    const small = smallFileSystem(folder, "6m");
    const space = join(folder, "space");
    spawnSync("mkdir", [space]);
    spawnSync("chown", ["postgres", space]);
    const place = await freshDatabase("postgres", server.port);
    const admin = new Client(postgresAddress(server.port, place.database));
    await admin.connect();
    await admin.query(`create tablespace small location '${space}'`);
    await admin.query(`alter database ${place.database} set default_tablespace = 'small'`);
    await admin.end();
    await fillUnder(server, { place, folder, small });
  });

  it("under all that MariaDB has: each write is refused with its code, and everything goes on when there is space (P10)", {
    skip: mariadbMissing,
  }, async () => {
    const folder = ownFolder("mariadb", "mysql");
    const small = smallFileSystem(folder, "160m", "mysql");
    const server = await startMariadb({}, { folder });
    const place = await freshDatabase("mariadb", server.port);
    await fillUnder(server, { place, folder, small });
  });
});

/** Fills a folder under a server that is at work, and frees it; the server is ended before the folder goes. */
async function fillUnder(
  server: OwnServer,
  on: { readonly place: DatabasePlace; readonly folder: string; readonly small: SmallFileSystem | null },
): Promise<void> {
  const load = await startLoad({ database: on.place, broker: { kind: "in-process" }, paceMs: 2 });
  try {
    await load.committed(40);
    await fillAndFree(on.folder, load);
  } finally {
    await load.close();
    await server.stop();
    on.small?.remove();
    await server.close();
  }
}

/** Fills what is left, waits until writes are refused for it, and gives it back. */
async function fillAndFree(folder: string, load: Awaited<ReturnType<typeof startLoad>>): Promise<void> {
  const ballast = join(folder, "ballast");
  spawnSync("dd", ["if=/dev/zero", `of=${ballast}`, "bs=4k"]);
  try {
    await until("writes are refused", () => (load.failures.get("STORE_NO_SPACE") ?? 0) > 5);
  } finally {
    rmSync(ballast, { force: true });
  }
  await load.committed(40);
  await load.finish();
  assert.deepEqual(
    [...load.failures.keys()].filter((code) => code !== "STORE_NO_SPACE"),
    [],
  );
}
