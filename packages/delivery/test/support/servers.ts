import { connect } from "node:net";

/** The servers that tests talk to, on this machine, with the settings every one of them has by default. */
export const servers = {
  postgres: { host: "127.0.0.1", port: 5432, user: "root", database: "test" },
  mariadb: { host: "127.0.0.1", port: 3306, user: "root", password: "", database: "test" },
  redis: { host: "127.0.0.1", port: 6379 },
  rabbitmq: { host: "127.0.0.1", port: 5672, url: "amqp://guest:guest@127.0.0.1:5672" },
  nats: { host: "127.0.0.1", port: 4222, url: "nats://127.0.0.1:4222" },
} as const;

export type ServerName = keyof typeof servers;

/** `false` when the server answers, otherwise the reason to skip with: `npm test` names it, and CI refuses it. */
export async function absent(name: ServerName): Promise<string | false> {
  const { host, port } = servers[name];
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (found: boolean) => () => {
      socket.destroy();
      resolve(found);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
  return answers ? false : `service: ${name} does not answer on ${host}:${port}`;
}

/** A name that no other test run uses, short enough for a schema, a prefix, a queue or a stream. */
export function ownName(): string {
  return `hf_${process.pid.toString(36)}_${(++made).toString(36)}_${Date.now().toString(36).slice(-5)}`;
}

let made = 0;
