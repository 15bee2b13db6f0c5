import process from "node:process";
import { CodedError } from "@holdfast/core";
import { type Child, launch } from "./child.ts";
import { hostFile } from "./host-file.ts";
import type { LogCapture } from "./log-capture.ts";
import type { FromHost, ToHost } from "./module-messages.ts";

/** What a call of the module came to. */
export interface ModuleResult {
  readonly ok: boolean;
  readonly error: string;
}

/** The process in which a module scenario lives. */
export interface ModuleHost {
  readonly child: Child;
  /** What the module exports as `stub`, else `null`. */
  readonly stub: unknown;
  /** Settles also when the host ends before it answers. */
  call(call: {
    id: string;
    traceparent: string;
    addresses: Readonly<Record<string, string>>;
  }): Promise<ModuleResult>;
  abort(id: string): void;
  close(): void;
}

/** Starts a host and waits until its module is imported; a module that cannot be used is `MODULE_UNUSABLE`. */
export async function startModuleHost(options: {
  readonly module: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logs: LogCapture;
}): Promise<ModuleHost> {
  const { module, cwd, env, logs } = options;
  const conditions = process.execArgv.filter((argument) => argument.startsWith("--conditions"));
  const nodeArguments = [
    ...conditions,
    "--disable-warning=ExperimentalWarning",
    hostFile("module-host"),
    module,
  ];
  const child = await launch([process.execPath, ...nodeArguments], { cwd, env, messages: true });
  logs.follow("stdout", child.stdout);
  logs.follow("stderr", child.stderr);
  const waiting = new Map<string, (result: ModuleResult) => void>();
  const stub = await imported(child, module, (result) => {
    waiting.get(result.id)?.(result);
    waiting.delete(result.id);
  });
  void child.exited.then(({ code, signal }) => {
    for (const settle of waiting.values()) {
      settle({ ok: false, error: `the process of the module ended (${signal ?? `exit status ${code}`})` });
    }
  });
  const send = (message: ToHost): void => child.channel?.send(message);
  return {
    child,
    stub,
    call: (call) =>
      new Promise((resolve) => {
        if (child.exit() !== null)
          return resolve({ ok: false, error: "the process of the module has ended" });
        waiting.set(call.id, resolve);
        return send({ type: "call", ...call });
      }),
    abort: (id) => send({ type: "abort", id }),
    close: () => send({ type: "close" }),
  };
}

function imported(
  child: Child,
  module: string,
  onResult: (result: Extract<FromHost, { type: "result" }>) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const unusable = (error: string): void =>
      reject(
        new CodedError("MODULE_UNUSABLE", `The module ${module} cannot be used: ${error}`, {
          remedy:
            "Export an async function `call({ addresses, id, signal, traceparent })`, and see that the file imports with plain Node.",
          details: { module },
        }),
      );
    child.channel?.listen((raw) => {
      const message = raw as FromHost;
      if (message.type === "ready") resolve(message.stub);
      else if (message.type === "unusable") unusable(message.error);
      else onResult(message);
    });
    void child.exited.then(({ code }) => unusable(`its process ended with ${code} while importing it`));
  });
}
