import type { ExecAct } from "@holdfast/contract";
import { render } from "@holdfast/contract";
import { type Clock, isCodedError } from "@holdfast/core";
import { type Child, launch, signalGroup } from "../child.ts";
import type { LogCapture } from "../log-capture.ts";
import { type DrivenCall, type Driver, unfinished } from "./driver.ts";

/** Drives by a command per call: it succeeds when it exits with 0. */
export function execDriver(options: {
  readonly act: ExecAct;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logs: LogCapture;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Driver {
  const { clock } = options;
  return {
    drive: async (call) => {
      const env = { ...options.env, ...callVariables(call) };
      const command = options.act.command.map((word) => render(word, call.values));
      const child = await launch(command, { cwd: options.cwd, env }).catch((error: unknown) => {
        if (isCodedError(error)) return error.message;
        throw error;
      });
      if (typeof child === "string") {
        return { outcome: "failed", status: null, error: child, endedMs: clock.monotonic() };
      }
      options.logs.follow("stdout", child.stdout);
      options.logs.follow("stderr", child.stderr);
      const inTime = await endsWithin(child, call.horizonMs, options);
      const endedMs = clock.monotonic();
      signalGroup(child.pid, "SIGKILL");
      const exit = child.exit();
      if (!inTime || exit === null) return unfinished(call.horizonMs);
      if (exit.code === 0) return { outcome: "succeeded", status: null, error: null, endedMs };
      const how = exit.code === null ? `was ended by ${exit.signal}` : `exited with ${exit.code}`;
      return { outcome: "failed", status: null, error: `the command ${how}`, endedMs };
    },
  };
}

/** The variables by which a command learns about its call. */
function callVariables({ id, traceparent, correlation }: DrivenCall): Record<string, string> {
  return {
    HOLDFAST_CALL_ID: id,
    ...(traceparent === null ? {} : { TRACEPARENT: traceparent }),
    ...(correlation === null ? {} : { HOLDFAST_CORRELATION: correlation }),
  };
}

async function endsWithin(
  child: Child,
  waitMs: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<boolean> {
  const stop = new AbortController();
  const horizon = clock.sleep(waitMs, AbortSignal.any([stop.signal, signal])).then(
    () => false,
    () => false,
  );
  const ended = await Promise.race([child.exited.then(() => true), horizon]);
  stop.abort();
  return ended;
}
