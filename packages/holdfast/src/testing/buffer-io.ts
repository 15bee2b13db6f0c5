import type { Io } from "../command.ts";

/** An `Io` that keeps what is written. */
export function bufferIo(given: Partial<Io> = {}): Io & { stdout(): string; stderr(): string } {
  let stdout = "";
  let stderr = "";
  return {
    cwd: "/",
    env: {},
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    outIsTty: false,
    errIsTty: false,
    columns: 80,
    signal: new AbortController().signal,
    ...given,
    stdout: () => stdout,
    stderr: () => stderr,
  };
}
