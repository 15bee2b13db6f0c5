import { createServer } from "node:net";
import process from "node:process";
import { type Clock, invariant } from "@holdfast/core";
import type { NoiseRecord } from "../model.ts";
import { standstillMs } from "../standstills.ts";
import { launch, signalGroup } from "./child.ts";
import { hostFile } from "./host-file.ts";
import { type ControlWait, controlWaitsMin, noiseOf } from "./noise-figures.ts";

const askedMs = 25;

/** Control waits that go on throughout a run. */
export interface NoiseMeter {
  /** What was measured so far; `null` while that is too little. */
  soFar(): NoiseRecord | null;
  /** Ends the measurement, once there is enough of it. */
  finish(signal: AbortSignal): Promise<NoiseRecord>;
  stop(): void;
}

/** Measures as a gap is measured: from an answer sent to the next arrival, through a child process and the loopback. */
export async function measureNoise(options: {
  readonly clock: Clock;
  readonly isQuiet: () => boolean;
  readonly env: Readonly<Record<string, string>>;
  /** Hears of each wait that took so much longer than it should that the machine stood still. */
  readonly stoodStill: (fromMs: number, toMs: number) => void;
}): Promise<NoiseMeter> {
  const { clock, isQuiet, stoodStill } = options;
  const waits: ControlWait[] = [];
  const server = createServer((socket) => {
    let answeredMs: number | null = null;
    let wasQuiet = false;
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", () => {
      const nowMs = clock.monotonic();
      if (answeredMs !== null) {
        const latenessMs = nowMs - answeredMs - askedMs;
        waits.push({ latenessMs, quiet: wasQuiet && isQuiet() });
        if (latenessMs >= standstillMs) stoodStill(answeredMs + askedMs, nowMs);
      }
      socket.write("x");
      wasQuiet = isQuiet();
      answeredMs = clock.monotonic();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  invariant(typeof address === "object" && address !== null, "a listening server has an address");
  const command = [
    process.execPath,
    "--no-warnings",
    hostFile("noise-host"),
    String(address.port),
    String(askedMs),
  ];
  const child = await launch(command, { cwd: "/", env: options.env });
  child.stdout.resume();
  child.stderr.resume();
  const stop = (): void => {
    signalGroup(child.pid, "SIGKILL");
    server.close();
  };
  return {
    stop,
    soFar: () => (waits.length < controlWaitsMin ? null : noiseOf(waits)),
    finish: async (signal) => {
      while (waits.length < controlWaitsMin && child.exit() === null && !signal.aborted) {
        await clock.sleep(askedMs, signal).catch(() => {});
      }
      stop();
      return noiseOf(waits);
    },
  };
}
