import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Checklist } from "../../packages/verify/src/index.ts";

const root = join(import.meta.dirname, "..", "..");
const launcher = join(root, "packages", "holdfast", "bin", "holdfast.js");

/** What to verify, and where its progress goes. */
export interface VerifyRun {
  readonly contract: string;
  /** The folder for the run's files. */
  readonly out: string;
  readonly only: readonly string[];
  /** `show` hands the terminal's progress through, `keep` returns it. */
  readonly progress: "show" | "keep";
  readonly signal: AbortSignal;
}

/** How it ended: the checklist that was printed, or `null` when there was none. */
export interface VerifyEnd {
  readonly status: number | null;
  readonly checklist: Checklist | null;
  readonly messages: string;
}

/** Runs `holdfast verify --json` as a user would, from the root of the repository. */
export async function runVerify({ contract, out, only, progress, signal }: VerifyRun): Promise<VerifyEnd> {
  const wanted = only.flatMap((check) => ["--only", check]);
  const child = spawn(
    process.execPath,
    ["--conditions=@holdfast/source", launcher, "verify", contract, "--json", "--out", out, ...wanted],
    { cwd: root, stdio: ["ignore", "pipe", progress === "show" ? "inherit" : "pipe"] },
  );
  // A terminal sends Ctrl-C to the child as well; twice would mean "stop at once".
  const heardIt = (): boolean => signal.reason === "SIGINT" && process.stdin.isTTY;
  const interrupt = (): boolean => heardIt() || child.kill("SIGINT");
  signal.addEventListener("abort", interrupt);
  const exited = new Promise<number | null>((resolve, reject) =>
    child.on("error", reject).on("exit", resolve),
  );
  const [document, messages] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const status = await exited;
  signal.removeEventListener("abort", interrupt);
  return { status, checklist: checklistOf(document), messages };
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  const chunks: Buffer[] = [];
  if (stream !== null) for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/** A command that ended badly prints an error document, or nothing, in its place. */
function checklistOf(document: string): Checklist | null {
  try {
    const value = JSON.parse(document) as Partial<Checklist>;
    return Array.isArray(value.items) ? (value as Checklist) : null;
  } catch {
    return null;
  }
}
