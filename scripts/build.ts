import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./lib/tree.ts";

/** `npm run build`: JavaScript and declarations of every package into its `dist`, from scratch. */
for (const name of readdirSync(join(repository, "packages")))
  rmSync(join(repository, "packages", name, "dist"), { recursive: true, force: true });

const tsc = join(repository, "node_modules/typescript/bin/tsc");
const options = ["-b", "tsconfig.build.json", "--verbose"];
const { status } = spawnSync(process.execPath, [tsc, ...options], { cwd: repository, stdio: "inherit" });
process.exitCode = status ?? 1;
