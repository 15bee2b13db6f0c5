import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, missing, type OwnServer, ownFolder, programAt, startServer } from "./server.ts";

const natsServer = programAt("nats-server", "/usr/sbin/nats-server");

/** `false`, or the reason why no NATS of one's own can be started here. */
export const natsMissing: string | false = missing("nats-server", natsServer);

/** A NATS server with JetStream of one's own, started. */
export async function startNats(options: { readonly payloadBytesMax?: number } = {}): Promise<OwnServer> {
  const folder = ownFolder("nats");
  const port = await freePort();
  const config = join(folder, "nats.conf");
  writeFileSync(
    config,
    `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${join(folder, "store")}" }\nmax_payload: ${options.payloadBytesMax ?? 1_048_576}\nmax_pending: 268435456\n`,
  );
  return startServer(
    {
      name: "nats-server",
      command: [natsServer ?? "", "-c", config],
      stopSignal: "SIGTERM",
      crashSignal: "SIGKILL",
    },
    port,
    folder,
  );
}
