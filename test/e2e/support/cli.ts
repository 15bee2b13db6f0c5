import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..", "..");
const launcher = join(root, "packages", "holdfast", "bin", "holdfast.js");

/** A service for tests whose MODE makes it misbehave in one way. */
export const service: string = join(root, "packages", "verify", "test", "support", "service.mjs");

/** What a command line came to. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `holdfast` in a folder; `signalAfter` sends a signal once stderr matches. */
export function holdfast(
  words: readonly string[],
  given: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    /** Through the launcher's own process, as a user in a clone starts it. */
    readonly launched?: boolean;
    readonly signalWhen?: readonly [pattern: RegExp, signal: NodeJS.Signals];
  },
): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const condition = given.launched === true ? [] : ["--conditions=@holdfast/source"];
  const child = spawn(process.execPath, [...condition, launcher, ...words], {
    cwd: given.cwd,
    env: { ...process.env, NO_COLOR: "1", ...given.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let sent = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    if (given.signalWhen === undefined || sent || !given.signalWhen[0].test(stderr)) return;
    sent = true;
    // A terminal signals the whole group, and the launcher passes on what it gets: twice is what a keypress looks like.
    const { signalWhen } = given;
    child.kill(signalWhen[1]);
    setTimeout(() => child.kill(signalWhen[1]), 50);
  });
  child.on("error", reject);
  child.on("close", (status) => resolve({ status, stdout, stderr }));
  return promise;
}

/** A folder of its own, removed by `remove`. */
export function folder(files: Readonly<Record<string, string>> = {}): {
  readonly path: string;
  readonly remove: () => void;
} {
  const path = mkdtempSync(join(tmpdir(), "holdfast-e2e-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A contract of `service.mjs` in a mode; `changes` replaces lines by their start. */
export function contractOf(mode: string, changes: Readonly<Record<string, string>> = {}): string {
  const lines = [
    "holdfast: 1",
    "service:",
    "  name: e2e",
    `  start: ${process.execPath} ${service}`,
    "  url: http://127.0.0.1:${port}",
    "  ready: GET /health",
    `  env: { PORT: "\${port}", MODE: ${mode} }`,
    "  logs: json",
    "  correlation: traceparent",
    "integrations:",
    "  payments:",
    "    protocol: http",
    "    provider: stub",
    "    address: { env: PROVIDER_URL }",
    "    operations:",
    "      charge:",
    "        request: POST /v1/charges",
    "        idempotency: { key: Idempotency-Key }",
    "        effectKey: /id",
    "        answer: { status: 201, json: { ok: true } }",
    "    policy: { deadline: 2s, attemptTimeout: 300ms, retry: { attempts: 3 } }",
    "scenarios:",
    "  place-order:",
    '    http: { request: POST /orders, json: { id: "${call.id}" } }',
    "    expect: { status: 201 }",
    "    uses: [payments.charge]",
  ];
  const replaced = lines.map((line) => {
    const change = Object.entries(changes).find(([start]) => line.trimStart().startsWith(start));
    return change === undefined ? line : line.replace(/\S.*$/, change[1]);
  });
  return `${replaced.join("\n")}\n`;
}

/** Processes that carry the marker of a run which wrote into `path`. */
export function survivorsOf(runFolder: string): readonly number[] {
  const first = readFileSync(join(runFolder, "observations.ndjson"), "utf8").split("\n")[0] ?? "";
  const { run } = JSON.parse(first) as { run: string };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`HOLDFAST_RUN=${run}`);
      } catch {
        return false;
      }
    });
}
