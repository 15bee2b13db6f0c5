import { type ChildProcess, spawn } from "node:child_process";

/** Starts `count` processes that burn a core each until the returned function is called, or this process is gone. */
export function startBusy(count: number): () => void {
  const parent = process.pid;
  const spin = `for (;;) { const end = Date.now() + 500; while (Date.now() < end); try { process.kill(${parent}, 0) } catch { process.exit() } }`;
  const children: ChildProcess[] = [];
  for (let next = 0; next < count; next++) {
    children.push(spawn(process.execPath, ["-e", spin], { stdio: "ignore" }));
  }
  return () => {
    for (const child of children) child.kill("SIGKILL");
  };
}
