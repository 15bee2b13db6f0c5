import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** `npm run check`: types, lint and format, unused code. Runs all three, so that one run shows everything. */
const root = fileURLToPath(new URL("..", import.meta.url));
const tools = [
  { name: "types", script: "node_modules/typescript/bin/tsc", options: ["-p", "tsconfig.json"] },
  {
    name: "lint and format",
    script: "node_modules/@biomejs/biome/bin/biome",
    options: ["ci", "--error-on-warnings", `--colors=${process.stdout.isTTY ? "force" : "off"}`, "."],
  },
  { name: "unused code", script: "node_modules/knip/bin/knip.js", options: ["--no-config-hints"] },
];

const failed: string[] = [];
for (const { name, script, options } of tools) {
  const startedMs = performance.now();
  const { status } = spawnSync(process.execPath, [script, ...options], { cwd: root, stdio: "inherit" });
  const tookMs = Math.round(performance.now() - startedMs);
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name} (${tookMs} ms)`);
  if (status !== 0) failed.push(name);
}
process.exitCode = failed.length === 0 ? 0 : 1;
