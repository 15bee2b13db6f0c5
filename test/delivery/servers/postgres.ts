import { globSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { freePort, missing, type OwnServer, ownFolder, programAt, runToEnd, startServer } from "./server.ts";

const folders = globSync("/usr/lib/postgresql/*/bin").sort();
const bin = (name: string): string | null =>
  programAt(name, ...folders.toReversed().map((folder) => join(folder, name)));
const [initdb, postgres, basebackup] = [bin("initdb"), bin("postgres"), bin("pg_basebackup")];

/** `false`, or the reason why no PostgreSQL of one's own can be started here. */
export const postgresMissing: string | false =
  missing("initdb", initdb) || missing("postgres", postgres) || missing("pg_basebackup", basebackup);

interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/** Where a client finds a PostgreSQL of one's own. */
export function postgresAddress(port: number, database = "postgres"): Address {
  return { host: "127.0.0.1", port, user: "root", database };
}

const user = "postgres";

/** A PostgreSQL of one's own, started. `crash` is its immediate mode, `stop` its fast one. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<OwnServer> {
  const folder = ownFolder("postgres", user);
  runToEnd(
    [initdb ?? "", "-D", join(folder, "data"), "-A", "trust", "-U", "root", "--no-sync", "-E", "UTF8"],
    user,
  );
  return startIn(folder, settings);
}

/** A standby of one, started: copied from its primary, it follows what it is told at another port, and answers queries that only read. */
export async function startStandby(primaryPort: number, followsPort: number): Promise<OwnServer> {
  const folder = ownFolder("standby", user);
  const from = ["-h", "127.0.0.1", "-p", `${primaryPort}`, "-U", "root"];
  runToEnd(
    [basebackup ?? "", ...from, "-D", join(folder, "data"), "-R", "-X", "stream", "-c", "fast", "--no-sync"],
    user,
  );
  return startIn(folder, { primary_conninfo: `host=127.0.0.1 port=${followsPort} user=root` });
}

async function startIn(folder: string, settings: Readonly<Record<string, string>>): Promise<OwnServer> {
  const port = await freePort();
  const given = {
    listen_addresses: "127.0.0.1",
    port: `${port}`,
    unix_socket_directories: folder,
    max_connections: "100",
    shared_buffers: "64MB",
    // What a killed process wrote is with the kernel all the same; only a power cut would tell the difference.
    fsync: "off",
    ...settings,
  };
  const options = Object.entries(given).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return startServer(
    {
      name: "postgres",
      command: [postgres ?? "", "-D", join(folder, "data"), ...options],
      user,
      stopSignal: "SIGINT",
      crashSignal: "SIGQUIT",
      answers: () => postgresAnswers(port),
    },
    port,
    folder,
  );
}

/** Whether somebody answers queries at a port: it itself, or a pooler before it. */
export async function postgresAnswers(port: number): Promise<boolean> {
  const client = new Client({ ...postgresAddress(port), connectionTimeoutMillis: 2_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
