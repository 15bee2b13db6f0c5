import { type Clock, CodedError } from "@holdfast/core";
import { launch, signalGroup } from "./child.ts";
import type { LogCapture } from "./log-capture.ts";
import { quote } from "./ready.ts";

const prepareMs = 120_000;

/** Runs a command of the contract to its end; anything but exit status 0 is `PREPARE_FAILED`. */
export async function runPrepare(options: {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logs: LogCapture;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { command, cwd, env, logs, clock } = options;
  const child = await launch(command, { cwd, env });
  logs.follow("stdout", child.stdout);
  logs.follow("stderr", child.stderr);
  const stop = new AbortController();
  const tooLate = clock.sleep(prepareMs, AbortSignal.any([stop.signal, options.signal])).catch(() => {});
  await Promise.race([child.closed, tooLate]);
  stop.abort();
  signalGroup(child.pid, "SIGKILL");
  const exit = child.exit();
  if (exit?.code === 0) return;
  options.signal.throwIfAborted();
  const how =
    exit === null ? `did not end within ${prepareMs / 1000} s` : `ended with ${exit.signal ?? exit.code}`;
  const said = `\`${command.join(" ")}\` ${how}.${quote(logs.lastWords())}`;
  throw new CodedError("PREPARE_FAILED", said, {
    remedy:
      "Run the command of `service.prepare` by hand in the contract's folder; it runs once per instance, before `start`.",
    details: { command, exit, lastWords: logs.lastWords() },
  });
}
