import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./tree.ts";

/** The oldest Node that the packages support, exactly. */
const floorVersion = "22.18.0";

/** That Node's executable, or why it cannot be had here. */
export type FloorNode = { readonly path: string } | { readonly missing: string };

/** Node 22.18.0 itself, fetched once as an npm package into a cache folder below `node_modules`. */
export function floorNode(): FloorNode {
  const name = `node-${process.platform}-${process.arch}`;
  const cache = join(repository, "node_modules", ".cache", `node-${floorVersion}`);
  const path = join(cache, "node_modules", name, "bin", "node");
  if (existsSync(path)) return { path };
  if (process.platform !== "linux") return { missing: `Node ${floorVersion} is fetched for Linux only` };
  mkdirSync(cache, { recursive: true });
  const options = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"];
  const result = spawnSync("npm", [...options, "--prefix", cache, `${name}@${floorVersion}`], {
    encoding: "utf8",
  });
  if (result.status === 0 && existsSync(path)) return { path };
  return { missing: `service: Node ${floorVersion} could not be fetched from the package registry` };
}
