import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { freePort, missing, type OwnServer, ownFolder, programAt, runToEnd, startServer } from "./server.ts";

const install = programAt("mariadb-install-db");
const mariadbd = programAt("mariadbd", "/usr/sbin/mariadbd");

/** `false`, or the reason why no MariaDB of one's own can be started here. */
export const mariadbMissing: string | false =
  missing("mariadb-install-db", install) || missing("mariadbd", mariadbd);

interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Where a client finds a MariaDB of one's own. */
export function mariadbAddress(port: number, database = "test"): Address {
  return { host: "127.0.0.1", port, user: "hf", password: "", database };
}

/** A MariaDB of one's own, started. With `folder`, its data are there. */
export async function startMariadb(
  settings: Readonly<Record<string, string>> = {},
  options: { readonly folder?: string } = {},
): Promise<OwnServer> {
  const user = "mysql";
  const folder = options.folder ?? ownFolder("mariadb", user);
  const port = await freePort();
  const data = join(folder, "data");
  const common = [
    "--no-defaults",
    `--datadir=${data}`,
    "--innodb-log-file-size=8M",
    "--innodb-buffer-pool-size=64M",
  ];
  runToEnd([install ?? "", ...common, "--auth-root-authentication-method=normal", "--skip-test-db"], user);
  const first = join(folder, "first.sql");
  writeFileSync(
    first,
    "create database if not exists test;\ncreate user if not exists hf@'127.0.0.1' identified by '';\ngrant all on *.* to hf@'127.0.0.1';\n",
    { mode: 0o644 },
  );
  const given = {
    port: `${port}`,
    "bind-address": "127.0.0.1",
    socket: join(folder, "socket"),
    "pid-file": join(folder, "pid"),
    "init-file": first,
    "skip-name-resolve": "1",
    ...settings,
  };
  return startServer(
    {
      name: "mariadbd",
      command: [
        mariadbd ?? "",
        ...common,
        ...Object.entries(given).map(([name, value]) => `--${name}=${value}`),
      ],
      user,
      stopSignal: "SIGTERM",
      crashSignal: "SIGKILL",
      answers: () => answers(port),
    },
    port,
    folder,
  );
}

async function answers(port: number): Promise<boolean> {
  try {
    const connection = await createConnection({ ...mariadbAddress(port), connectTimeout: 2_000 });
    connection.on("error", () => {});
    await connection.query("select 1");
    await connection.end();
    return true;
  } catch {
    return false;
  }
}
