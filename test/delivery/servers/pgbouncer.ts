import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { postgresAnswers } from "./postgres.ts";
import { freePort, missing, type OwnServer, ownFolder, programAt, startServer } from "./server.ts";

const pgbouncer = programAt("pgbouncer", "/usr/sbin/pgbouncer");

/** `false`, or the reason why no PgBouncer of one's own can be started here. */
export const pgbouncerMissing: string | false = missing("pgbouncer", pgbouncer);

/** A PgBouncer of one's own in transaction mode before a PostgreSQL of this machine, started: a few connections for all its clients. */
export async function startPgbouncer(serverPort: number): Promise<OwnServer> {
  const user = "postgres";
  const folder = ownFolder("pgbouncer", user);
  const port = await freePort();
  const config = join(folder, "pgbouncer.ini");
  writeFileSync(
    config,
    `[databases]
* = host=127.0.0.1 port=${serverPort} user=root
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 6
max_client_conn = 200
`,
    { mode: 0o644 },
  );
  return startServer(
    {
      name: "pgbouncer",
      command: [pgbouncer ?? "", config],
      user,
      stopSignal: "SIGTERM",
      crashSignal: "SIGKILL",
      answers: () => postgresAnswers(port),
    },
    port,
    folder,
  );
}
