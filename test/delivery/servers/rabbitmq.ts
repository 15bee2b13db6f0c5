import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "amqplib";
import { freePort, missing, type OwnServer, ownFolder, ownServer, programAt } from "./server.ts";

const rabbitmqServer = programAt("rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server");
const epmd = programAt("epmd");

/** `false`, or the reason why no RabbitMQ of one's own can be started here. */
export const rabbitmqMissing: string | false =
  missing("rabbitmq-server", rabbitmqServer) || missing("epmd", epmd);

/** Where a client finds a RabbitMQ of one's own. */
export function rabbitmqUrl(port: number): string {
  return `amqp://guest:guest@127.0.0.1:${port}`;
}

/** A RabbitMQ of one's own, started: its own node and its own port mapper, so that nothing stays behind. Takes some ten seconds. */
export async function startRabbitmq(): Promise<OwnServer> {
  const folder = ownFolder("rabbitmq");
  const [port, distPort, mapPort] = [await freePort(), await freePort(), await freePort()];
  const config = join(folder, "rabbitmq.conf");
  writeFileSync(config, `listeners.tcp.1 = 127.0.0.1:${port}\nloopback_users.guest = true\n`);
  writeFileSync(join(folder, "plugins"), "[].\n");
  const mapper = spawn(epmd ?? "", ["-port", `${mapPort}`, "-address", "127.0.0.1"], { stdio: "ignore" });
  const server = ownServer(
    {
      name: "rabbitmq-server",
      command: [rabbitmqServer ?? ""],
      env: {
        RABBITMQ_NODENAME: `holdfast${port}@localhost`,
        RABBITMQ_DIST_PORT: `${distPort}`,
        ERL_EPMD_PORT: `${mapPort}`,
        RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
        RABBITMQ_LOG_BASE: join(folder, "log"),
        RABBITMQ_CONFIG_FILE: config,
        RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "plugins"),
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+S 2:2",
      },
      stopSignal: "SIGTERM",
      crashSignal: "SIGKILL",
      answers: () => answers(port),
      startMs: 60_000,
    },
    port,
    folder,
  );
  const close = async (): Promise<void> => {
    await server.close();
    mapper.kill("SIGKILL");
  };
  try {
    await server.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { ...server, close };
}

async function answers(port: number): Promise<boolean> {
  try {
    const connection = await connect(rabbitmqUrl(port), { timeout: 2_000 });
    connection.on("error", () => {});
    await connection.close();
    return true;
  } catch {
    return false;
  }
}
