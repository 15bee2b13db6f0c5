import { existsSync, readdirSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { join } from "node:path";
import type { Bench, BenchResult } from "./result.ts";

/**
 * `npm run bench -- NAME [--quick] [--json]`: runs `bench/NAME.ts` and holds its results against their targets. Exit status 1
 * when a target is missed, 2 when there is no such benchmark. `--json` prints one document on stdout and nothing else.
 */
const folder = import.meta.dirname;
const helpers = new Set(["run", "result"]);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => file.slice(0, -".ts".length))
  .filter((name) => !helpers.has(name));

const options = process.argv.slice(2).filter((word) => word.startsWith("--"));
const [name = ""] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const unknown = options.find((option) => option !== "--quick" && option !== "--json");

if (!names.includes(name) || !existsSync(join(folder, `${name}.ts`)) || unknown !== undefined) {
  console.error(
    unknown === undefined ? `There is no benchmark "${name}".` : `There is no option ${unknown}.`,
  );
  console.error(
    `  Usage: npm run bench -- NAME [--quick] [--json]; benchmarks: ${names.join(", ") || "none yet"}`,
  );
  process.exit(2);
}

const { bench } = (await import(`./${name}.ts`)) as { readonly bench: Bench };
const results = await bench({ quick: options.includes("--quick") });
const [cpu] = cpus();
const machine = {
  cpu: cpu?.model ?? "unknown",
  cores: cpus().length,
  memoryBytes: totalmem(),
  platform: `${platform()}-${arch()}`,
  node: process.versions.node,
};
if (options.includes("--json")) console.log(JSON.stringify({ bench: name, machine, results }, null, 2));
else print(results);
process.exitCode = results.every(({ met }) => met) ? 0 : 1;

function print(rows: readonly BenchResult[]): void {
  for (const { id, value, unit, against, ratio, target, met } of rows) {
    const compared = ratio === null ? "" : `  ${ratio.toFixed(2)} × ${against}`;
    console.log(
      `${met ? "met   " : "MISSED"} ${id}: ${value.toPrecision(4)} ${unit}${compared}  (target: ${target})`,
    );
  }
}
