/**
 * The host of a module scenario: imports the module and makes its calls, one process per instance. Unhandled rejections
 * are left to Node: a consumer that would die of one dies here as well, and that is evidence.
 */
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { FromHost, ToHost } from "./module-messages.ts";

interface CallInput {
  readonly addresses: Readonly<Record<string, string>>;
  readonly id: string;
  readonly traceparent: string;
  readonly signal: AbortSignal;
}

interface ScenarioModule {
  readonly call?: (input: CallInput) => unknown;
  readonly close?: () => unknown;
  readonly stub?: unknown;
}

const running = new Map<string, AbortController>();
const tell = (message: FromHost): void => {
  if (process.connected) process.send?.(message, () => {});
};
process.on("disconnect", () => process.exit(0));

const loaded = await load(process.argv[2] ?? "");
if (typeof loaded === "string") {
  tell({ type: "unusable", error: loaded });
} else {
  process.on("message", (message) => take(loaded, message as ToHost));
  tell({ type: "ready", stub: loaded.stub ?? null });
}

async function load(path: string): Promise<ScenarioModule | string> {
  try {
    const module = (await import(pathToFileURL(path).href)) as ScenarioModule;
    return typeof module.call === "function" ? module : "it does not export a function `call`";
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function take(module: ScenarioModule, message: ToHost): void {
  if (message.type === "call") void make(module, message);
  else if (message.type === "abort")
    running.get(message.id)?.abort(new Error("the horizon of the call passed"));
  else void close(module);
}

async function make(module: ScenarioModule, call: Extract<ToHost, { type: "call" }>): Promise<void> {
  const { id, addresses, traceparent } = call;
  const abort = new AbortController();
  running.set(id, abort);
  try {
    await module.call?.({ addresses, id, traceparent, signal: abort.signal });
    tell({ type: "result", id, ok: true, error: "" });
  } catch (error) {
    tell({ type: "result", id, ok: false, error: words(error) });
  } finally {
    running.delete(id);
  }
}

function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.name}: ${error.message}${cause}`;
}

async function close(module: ScenarioModule): Promise<void> {
  try {
    await module.close?.();
  } finally {
    process.exit(0);
  }
}
