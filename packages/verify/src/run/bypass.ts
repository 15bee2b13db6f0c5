import { lookup } from "node:dns/promises";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { type Contract, render } from "@holdfast/contract";
import { type Clock, CodedError } from "@holdfast/core";
import type { BypassRecord } from "../model.ts";
import type { RunContext } from "./run-context.ts";
import { addressesIn, type KernelSocket, parseSocketTable, pastTheProxies } from "./socket-table.ts";

/** On a busy machine the kernel's table is long: it is not read more often than this, except at the gate. */
const lookEveryMs = 500;

/** Looks at the connections of instances and tells each remote past the proxies once per instance. */
export async function watchBypasses(
  contract: Contract,
  clock: Clock,
  spansPort: number,
  found: (bypass: Pick<BypassRecord, "instance" | "remote">) => void,
): Promise<RunContext["inspect"]> {
  if (process.platform !== "linux") return async () => {};
  const named = await namedAddresses(contract);
  const told = new Set<string>();
  let lookedMs = Number.NEGATIVE_INFINITY;
  return async (instance, always) => {
    const pid = instance.pid();
    const nowMs = clock.monotonic();
    if (pid === null || (!always && nowMs - lookedMs < lookEveryMs)) return;
    lookedMs = nowMs;
    const loopbackPorts = new Set([...[...instance.proxies.values()].map(({ port }) => port), spansPort]);
    for (const remote of pastTheProxies(await socketsOf(pid), { loopbackPorts, named })) {
      const key = `${instance.id} ${remote}`;
      if (told.has(key)) continue;
      told.add(key);
      found({ instance: instance.id, remote });
    }
  };
}

/** What `service.env` and integrations that are passed through name, by address; names that do not resolve are left out. */
async function namedAddresses(contract: Contract): Promise<Set<string>> {
  const texts = Object.values(contract.service?.env ?? {}).map(withoutTemplates);
  texts.push(...contract.passThrough.map(({ provider }) => provider));
  const addresses = texts.flatMap(addressesIn).map(async ({ host, port }) => {
    const resolved = await lookup(host, { all: true }).catch(() => []);
    return resolved.map(({ address }) => `${address}:${port}`);
  });
  return new Set((await Promise.all(addresses)).flat());
}

function withoutTemplates(template: string): string {
  try {
    return render(template, {});
  } catch {
    // A template stands for something of ours: a port, a proxy, a name.
    return template.replaceAll(/\$\{[^}]*\}/g, "");
  }
}

/** The sockets of a process and of all its descendants. */
async function socketsOf(root: number): Promise<KernelSocket[]> {
  const inodes = new Set(withDescendants(root).flatMap(socketInodes));
  if (inodes.size === 0) return [];
  const tables = ["tcp", "tcp6"].map((table) =>
    readFile(`/proc/${root}/net/${table}`, "latin1").catch(() => ""),
  );
  return (await Promise.all(tables)).flatMap((table) => parseSocketTable(table, inodes));
}

function withDescendants(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(withDescendants)];
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`)) ?? [];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** What ends a run whose service went past the proxies. */
export function bypassed(remote: string): CodedError {
  return new CodedError(
    "BYPASS",
    `The service connected to ${remote}, past the proxies: what is broken on purpose would not reach it, and what it does there is real.`,
    {
      remedy:
        "Give it the proxy's address (`integrations.*.address`), name what it may use in `service.env`, or pass --allow-bypass to report it and go on.",
      details: { remote },
    },
  );
}
