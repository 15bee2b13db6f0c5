import { spawn } from "node:child_process";
import { join } from "node:path";

/** Lets a program in Python beside this file serve, and lives as long as it does. */
export function servedByPython(program, ...words) {
  const child = spawn("python3", [join(import.meta.dirname, program), ...words], { stdio: "inherit" });
  child.on("exit", (code) => process.exit(code ?? 1));
  process.once("SIGTERM", () => child.kill("SIGTERM"));
}
