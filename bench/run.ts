import { readdirSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { refuse, scriptArguments } from "../scripts/lib/refuse.ts";
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

const usage = `npm run bench -- NAME [--quick] [--json]

  Measures, beside named peers or bounds in the same run, and holds the ratios against their targets.
  Names: ${names.join(", ")}

  --quick   smaller numbers, in under a minute; for figures to be told, leave it out
  --json    one JSON document on stdout, nothing else

  Exit status: 0 every target met, 1 a target missed, 2 a wrong name or option.`;
const { options, names: asked } = scriptArguments(usage, {
  quick: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
});
const [name = ""] = asked;
if (asked.length !== 1 || !names.includes(name)) {
  const said = asked.length === 1 ? `There is no benchmark "${name}".` : "One benchmark at a time is named.";
  refuse(said, `npm run bench -- NAME, with one of ${names.join(", ")}`);
}

const { bench } = (await import(`./${name}.ts`)) as { readonly bench: Bench };
const results = await bench({ quick: options.quick });
const [cpu] = cpus();
const machine = {
  cpu: cpu?.model ?? "unknown",
  cores: cpus().length,
  memoryBytes: totalmem(),
  platform: `${platform()}-${arch()}`,
  node: process.versions.node,
};
if (options.json) console.log(JSON.stringify({ bench: name, machine, results }, null, 2));
else print(results);
process.exitCode = results.every(({ met }) => met) ? 0 : 1;

function print(rows: readonly BenchResult[]): void {
  for (const { id, value, unit, against, ratio, target, met } of rows) {
    const compared = ratio === null ? "" : `  ${ratio.toFixed(2)} × ${against}`;
    console.log(
      `${met ? "met   " : "MISSED"} ${id}: ${figures(value)} ${unit}${compared}  (target: ${target})`,
    );
  }
}

/** Four digits that count, never as a power of ten. */
function figures(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 4 });
}
