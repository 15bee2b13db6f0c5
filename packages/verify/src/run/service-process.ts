import { resolve } from "node:path";
import { render, type Service } from "@holdfast/contract";
import { isCodedError } from "@holdfast/core";
import { type Child, launch, signalGroup } from "./child.ts";
import { endChild } from "./end-child.ts";
import { followFile } from "./follow-file.ts";
import { freePort } from "./free-port.ts";
import type { LogCapture } from "./log-capture.ts";
import { runPrepare } from "./prepare.ts";
import { type ReadyProbe, waitReady } from "./ready.ts";
import type { RunContext } from "./run-context.ts";
import { instanceValues, type TemplateValues } from "./template-values.ts";

/** A service that is ready for calls. */
export interface StartedService {
  /** The process as it runs now; `null` when it runs elsewhere and `url` points at it. */
  readonly child: Child | null;
  readonly probe: ReadyProbe | null;
  readonly values: TemplateValues;
  readonly env: Record<string, string>;
  /** Kills it as it stands and starts it again on the same port, without `prepare`; `null` where nothing of ours runs. */
  readonly restart: (() => Promise<void>) | null;
  /** Reads the rest of its log file and runs `service.stop`. */
  afterEnd(): Promise<void>;
}

interface WantedService {
  readonly id: string;
  readonly logs: LogCapture;
  readonly base: Record<string, string>;
  readonly addresses: Readonly<Record<string, string>>;
}

/** Prepares, starts and awaits the service; a port that was taken is tried once more with another one. */
export async function startService(
  context: RunContext,
  wanted: WantedService,
): Promise<StartedService | null> {
  const { service } = context.contract;
  if (service === null) return null;
  try {
    return await startOnce(context, service, wanted);
  } catch (error) {
    if (isCodedError(error) && error.code === "PORT_TAKEN") return startOnce(context, service, wanted);
    throw error;
  }
}

async function startOnce(
  context: RunContext,
  service: Service,
  { id, logs, base, addresses }: WantedService,
): Promise<StartedService> {
  const { clock, signal, contract, canaries } = context;
  const port = service.start === null ? null : await freePort();
  const values = instanceValues({ id, port, addresses, card: canaries.card });
  const fill = (words: readonly string[]): string[] => words.map((word) => render(word, values));
  const declared = Object.entries(service.env).map(([name, template]) => [name, render(template, values)]);
  const env: Record<string, string> = { ...base, ...Object.fromEntries(declared) };
  const common = { cwd: contract.folder, env, logs, clock, signal };
  if (service.prepare !== null) await runPrepare({ ...common, command: fill(service.prepare) });

  const file = followLogs(contract.folder, service, values, logs);
  const probe = service.url === null ? null : { url: render(service.url, values), ready: service.ready };
  const command = service.start === null ? null : fill(service.start);
  const begin = async (): Promise<Child | null> => {
    const begun = command === null ? null : await launch(command, common);
    if (begun !== null) {
      logs.follow("stdout", begun.stdout);
      logs.follow("stderr", begun.stderr);
    }
    try {
      const lastWords = logs.lastWords;
      const timeoutMs = context.readyTimeoutMs;
      const waiting = { child: begun, command: command ?? [], timeoutMs, clock, signal, lastWords };
      if (probe !== null) await waitReady({ ...waiting, probe });
      return begun;
    } catch (error) {
      if (begun !== null) await endChild(begun, () => context.sweep(id), clock);
      throw error;
    }
  };
  let child = await begin().catch((error: unknown) => {
    file?.stop();
    throw error;
  });
  return {
    get child() {
      return child;
    },
    probe,
    values,
    env,
    restart:
      command === null
        ? null
        : async () => {
            if (child !== null) await kill(child);
            child = await begin();
          },
    afterEnd: async () => {
      file?.stop();
      if (service.stop !== null) await runPrepare({ ...common, command: fill(service.stop) }).catch(() => {});
    },
  };
}

/** Nothing is said to it and nothing is waited for: that is what a crash is. */
async function kill(child: Child): Promise<void> {
  signalGroup(child.pid, "SIGKILL");
  await child.exited;
}

/** A log file named without a template is one file for all instances: its lines count only by their ids. */
function followLogs(
  folder: string,
  service: Service,
  values: TemplateValues,
  logs: LogCapture,
): { stop(): void } | null {
  const template = service.logs?.file ?? null;
  if (template === null) return null;
  const shared = !template.includes("${");
  return followFile(resolve(folder, render(template, values)), (lines) => logs.take("file", lines, shared));
}
