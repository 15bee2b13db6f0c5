import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";

interface Exported {
  readonly default?: string;
}

/**
 * Makes one file of each entry of a built package and one of what its entries share. A process loads every module by itself, which for
 * the 150 small ones of a runtime package is most of what importing it costs. Declarations stay as they are.
 */
export function bundle(folder: string): void {
  const dist = join(folder, "dist");
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string | Exported>>;
  };
  const entryPoints = Object.values(exports)
    .map((entry) => (typeof entry === "string" ? undefined : entry.default))
    .filter((file) => file !== undefined)
    .map((file) => join(folder, file));
  const { metafile } = buildSync({
    entryPoints,
    outdir: dist,
    outbase: dist,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.18",
    packages: "external",
    allowOverwrite: true,
    metafile: true,
    chunkNames: "shared/[hash]",
    logLevel: "warning",
  });
  const written = new Set(Object.keys(metafile.outputs).map((path) => resolve(path)));
  for (const path of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const file = resolve(dist, path);
    if (/\.js(\.map)?$/.test(path) && !written.has(file)) rmSync(file);
  }
}
