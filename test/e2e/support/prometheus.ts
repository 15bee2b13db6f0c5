import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
}

/** A series of an answer. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

/** Starts one that scrapes a target each second, with its data in a folder that goes away with it. */
export async function startPrometheus(of: {
  readonly target: string;
  readonly job: string;
  readonly rules: readonly string[];
}): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-prometheus-"));
  for (const [index, text] of of.rules.entries()) writeFileSync(join(folder, `${index}.rules.yml`), text);
  writeFileSync(
    join(folder, "prometheus.yml"),
    JSON.stringify({
      global: { scrape_interval: "1s", evaluation_interval: "1s" },
      rule_files: ["*.rules.yml"],
      scrape_configs: [{ job_name: of.job, static_configs: [{ targets: [of.target] }] }],
    }),
  );
  const port = await freePort();
  const flags = [
    "--config.file=prometheus.yml",
    "--storage.tsdb.path=data",
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn("prometheus", flags, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const base = `http://127.0.0.1:${port}`;
  await ready(base, child);
  return {
    range: (query, fromMs, toMs) => rangeOf(base, query, fromMs, toMs),
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
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
  const answer = await fetch(`${base}/api/v1/query_range`, { method: "POST", body });
  const said = (await answer.json()) as {
    readonly error?: string;
    readonly data?: { readonly result: readonly Series[] };
  };
  if (said.data === undefined) throw new Error(`${query}: ${said.error}`);
  return said.data.result;
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
