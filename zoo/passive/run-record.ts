import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { runsFolder } from "../verify-run.ts";
import type { PassiveSubject } from "./subjects.ts";

/** Broken connections reach a consumer over the wire; behind a gateway they come back as its answers. */
export const weathers = ["wire", "gateway"] as const;
export type WeatherKind = (typeof weathers)[number];

/** Where the recording of a consumer lies: a cache that version control ignores. */
export function recordingFile({ subject }: PassiveSubject, weather: WeatherKind): string {
  return join(runsFolder, "passive", `${subject.id}.${weather}.json`);
}

/** Records what is not there yet, `jobs` consumers side by side: a recording waits more than it works. */
export async function recordAll(
  subjects: readonly PassiveSubject[],
  { jobs, seed, calls, signal }: { jobs: number; seed: number; calls: number; signal: AbortSignal },
  tell: (line: string) => void,
): Promise<void> {
  const waiting = weathers.flatMap((weather) =>
    subjects.map((one) => ({ one, weather, file: recordingFile(one, weather) })),
  );
  const missing = waiting.filter(({ file }) => !existsSync(file));
  const work = async (): Promise<void> => {
    for (let next = missing.shift(); next !== undefined && !signal.aborted; next = missing.shift()) {
      const { one, weather, file } = next;
      mkdirSync(dirname(file), { recursive: true });
      const args = [one.module, one.subject.id, String(seed), weather, String(calls), file];
      const code = await run([join(import.meta.dirname, "record.ts"), ...args], signal);
      tell(`${one.subject.id} (${weather}): ${code === 0 ? "recorded" : `ended with ${code}`}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
}

function run(args: readonly string[], signal: AbortSignal): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--conditions=@holdfast/source", ...args], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const stop = (): boolean => child.kill("SIGTERM");
    signal.addEventListener("abort", stop, { once: true });
    child.on("error", reject);
    child.on("close", (code) => {
      signal.removeEventListener("abort", stop);
      resolve(code);
    });
  });
}
