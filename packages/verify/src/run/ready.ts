import { connect } from "node:net";
import { type Clock, CodedError } from "@holdfast/core";
import { tellingWords } from "../telling-words.ts";
import type { Child } from "./child.ts";
import { httpRequest } from "./drivers/http-request.ts";

/** A service is asked again after so much of the time that it has taken so far: a slow start is not slowed down by being asked. */
const pollShare = 1 / 12;
const pollMs = { least: 12, most: 100 };
const probeMs = 1000;

/** What is asked of a service to know that it is up. */
export interface ReadyProbe {
  readonly url: string;
  readonly ready: { readonly method: string; readonly path: string } | null;
}

/** What a probe saw: `ready`, or in a few words why not. */
export async function probeReady(probe: ReadyProbe, signal: AbortSignal): Promise<"ready" | string> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(probeMs)]);
  if (probe.ready === null) return connects(new URL(probe.url), limit);
  const { method, path } = probe.ready;
  const url = probe.url.replace(/\/$/, "") + path;
  const answer = await httpRequest({ url, method, headers: {}, body: null, signal: limit });
  if (answer.kind === "error") return `no answer: ${answer.code}`;
  return answer.status >= 200 && answer.status < 300 ? "ready" : `answered ${answer.status}`;
}

function connects(url: URL, signal: AbortSignal): Promise<"ready" | string> {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  return new Promise((resolve) => {
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ""), port, signal });
    socket.once("connect", () => {
      socket.destroy();
      resolve("ready");
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(`no connection: ${error.code}`));
  });
}

/** Waits until the service is ready; tells apart that it exited, took too long, or found its port taken. */
export async function waitReady(options: {
  readonly probe: ReadyProbe;
  readonly child: Child | null;
  readonly command: readonly string[];
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly lastWords: () => readonly string[];
}): Promise<void> {
  const { probe, child, clock, signal } = options;
  const sinceMs = clock.monotonic();
  const untilMs = sinceMs + options.timeoutMs;
  let said = "nothing";
  while (clock.monotonic() < untilMs) {
    signal.throwIfAborted();
    if (child?.exit()) throw await exitedEarly(child, options);
    said = await probeReady(probe, signal);
    if (said === "ready") return;
    const share = pollShare * (clock.monotonic() - sinceMs);
    await clock.sleep(Math.min(pollMs.most, Math.max(pollMs.least, share)), signal);
  }
  const asked =
    probe.ready === null ? `a connection to ${probe.url}` : `${probe.ready.method} ${probe.ready.path}`;
  throw new CodedError(
    "NEVER_READY",
    `The service was not ready within ${options.timeoutMs} ms: ${asked}: ${said}.${quote(options.lastWords())}`,
    {
      remedy:
        "Check `service.url`, `service.ready` and that the service listens on ${port}; its last lines are quoted.",
      details: { command: options.command, said, lastWords: options.lastWords() },
    },
  );
}

async function exitedEarly(child: Child, options: Parameters<typeof waitReady>[0]): Promise<CodedError> {
  await Promise.race([child.closed, options.clock.sleep(300)]);
  const lastWords = options.lastWords();
  const exit = child.exit();
  const how = exit?.signal ? `was ended by ${exit.signal}` : `exited with ${exit?.code}`;
  const details = { command: options.command, exit, lastWords };
  if (lastWords.some((line) => /EADDRINUSE|address already in use/i.test(line))) {
    return new CodedError("PORT_TAKEN", `The service found its port taken and ${how}.${quote(lastWords)}`, {
      remedy:
        'Let the service listen on ${port} (for example `env: { PORT: "${port}" }`) instead of a fixed port, or end what holds it.',
      details,
    });
  }
  const words = tellingWords(lastWords);
  const telling = words === undefined ? "" : `: ${words.slice(0, 200).replace(/\.$/, "")}`;
  const said = `The service ${how} before it was ready${telling}.${quote(lastWords)}`;
  return new CodedError("START_EXITED", said, {
    remedy: `Run \`${options.command.join(" ")}\` by hand in the contract's folder; what it needs belongs into \`service.env\` or \`service.prepare\`.`,
    details,
  });
}

/** The last lines of a log, to stand below a message. */
export function quote(lines: readonly string[]): string {
  return lines.length === 0
    ? " It wrote nothing."
    : ` Its last lines:\n${lines.map((line) => `  | ${line}`).join("\n")}`;
}
