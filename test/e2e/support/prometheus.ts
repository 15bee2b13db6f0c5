import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

/** Why tests that need Prometheus are skipped; `false` where it is there. */
export const withoutPrometheus: string | false =
  spawnSync("prometheus", ["--version"]).status === 0
    ? false
    : "service: prometheus is not on the PATH (Debian: apt-get install prometheus)";

/** A Prometheus of the test's own. */
export interface Prometheus extends AsyncDisposable {
  /** The series that a query has in a time, with their values. */
  range(query: string, fromMs: number, toMs: number): Promise<readonly Series[]>;
  /** What its HTTP API has under `/api/v1/` at this path. */
  ask<T>(path: string): Promise<T>;
}

/** A series of an answer. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

/** Starts one that scrapes a target each second, with its data in a folder that goes away with it. */
export function startPrometheus(of: {
  readonly target: string;
  readonly job: string;
  readonly rules: readonly string[];
}): Promise<Prometheus> {
  return runPrometheus({
    files: Object.fromEntries(of.rules.map((text, index) => [`${index}.rules.yml`, text])),
    config: {
      global: { scrape_interval: "1s", evaluation_interval: "1s" },
      rule_files: ["*.rules.yml"],
      scrape_configs: [{ job_name: of.job, static_configs: [{ targets: [of.target] }] }],
    },
  });
}

/** Starts one with a configuration, beside these files, in a folder that goes away with it; on 127.0.0.1 and a port that was free. */
export async function runPrometheus(of: {
  /** A whole `prometheus.yml`, or what is to stand in it. */
  readonly config: object | string;
  readonly files?: Readonly<Record<string, string>>;
  /** Puts what it is to begin with into the folder of its data. */
  readonly fill?: (data: string) => Promise<void>;
}): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-prometheus-"));
  for (const [name, text] of Object.entries(of.files ?? {})) writeFileSync(join(folder, name), text);
  const config = typeof of.config === "string" ? of.config : JSON.stringify(of.config);
  writeFileSync(join(folder, "prometheus.yml"), config);
  await of.fill?.(join(folder, "data"));
  const port = await freePort();
  const flags = [
    "--config.file=prometheus.yml",
    "--storage.tsdb.path=data",
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn("prometheus", flags, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const reap = (): void => void child.kill("SIGKILL");
  process.once("exit", reap);
  const base = `http://127.0.0.1:${port}`;
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    }
    process.off("exit", reap);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(base, child);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    range: (query, fromMs, toMs) => rangeOf(base, query, fromMs, toMs),
    ask: (path) => ask(base, path),
    [Symbol.asyncDispose]: end,
  };
}

async function ask<T>(base: string, path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(`${base}/api/v1/${path}`, init);
  const said = (await answer.json()) as { readonly error?: string; readonly data?: T };
  if (said.data === undefined) throw new Error(`${path}: ${said.error}`);
  return said.data;
}

async function rangeOf(
  base: string,
  query: string,
  fromMs: number,
  toMs: number,
): Promise<readonly Series[]> {
  const body = new URLSearchParams({
    query,
    start: String(fromMs / 1_000),
    end: String(toMs / 1_000),
    step: "1",
  });
  const { result } = await ask<{ readonly result: readonly Series[] }>(base, "query_range", {
    method: "POST",
    body,
  });
  return result;
}

async function ready(base: string, child: ChildProcess): Promise<void> {
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`prometheus ended: ${log}`);
    const answer = await fetch(`${base}/-/ready`).catch(() => null);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`prometheus is not ready: ${log}`);
}

/** A port of 127.0.0.1 on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
