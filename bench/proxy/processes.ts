import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { hasToxiproxy, installMockttp } from "./peer-packages.ts";

interface Told {
  readonly recorded: number;
  readonly rssBytes: number;
}

/** A process of the benchmark. */
export interface Role {
  readonly port: number;
  tell(): Promise<Told>;
  stop(): void;
}

/** Every proxy that is there, in front of one provider. */
export async function startPeers(providerPort: number): Promise<[string, Role][]> {
  const peers: [string, Role][] = [];
  for (const role of ["pipe", "node-http", "holdfast"]) peers.push([role, await start(role, providerPort)]);
  peers.push(["mockttp", await start("mockttp", providerPort, installMockttp())]);
  if (hasToxiproxy()) peers.push(["toxiproxy", await startToxiproxy(providerPort)]);
  return peers;
}

/** Starts a role of role.ts in a process of its own. */
export async function start(role: string, providerPort: number, module = ""): Promise<Role> {
  const execArgv = ["--conditions=@holdfast/source"];
  const child = fork(join(import.meta.dirname, "role.ts"), [role, String(providerPort), module], {
    execArgv,
  });
  const { port } = await answer<{ port: number }>(child);
  return {
    port,
    tell() {
      const told = answer<Told>(child);
      child.send("tell");
      return told;
    },
    stop: () => child.kill(),
  };
}

/** Toxiproxy with one proxy and no toxic, made through its HTTP interface. */
async function startToxiproxy(providerPort: number): Promise<Role> {
  const apiPort = 8_474;
  const child = spawn("toxiproxy-server", ["-host", "127.0.0.1", "-port", String(apiPort)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  await Promise.race([once(child.stdout, "data"), once(child.stderr, "data")]);
  const answered = await fetch(`http://127.0.0.1:${apiPort}/proxies`, {
    method: "POST",
    body: JSON.stringify({ name: "bench", listen: "127.0.0.1:0", upstream: `127.0.0.1:${providerPort}` }),
  });
  const { listen } = (await answered.json()) as { readonly listen: string };
  return {
    port: Number(listen.split(":").at(-1)),
    tell: () => Promise.resolve({ recorded: 0, rssBytes: 0 }),
    stop: () => child.kill(),
  };
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) =>
      reject(new Error(`A process of the benchmark ended with ${code}.`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message as T);
    });
  });
}
