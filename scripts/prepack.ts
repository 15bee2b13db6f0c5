import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./lib/bundle.ts";
import { repository } from "./lib/tree.ts";

/** The packages that services load when they start; docs/decisions/0019 says what it saves. */
const bundled: ReadonlySet<string> = new Set(["core", "resilience"]);

/** `prepack` of each package: builds it, and brings along what lies at the root: the licence, and the guide for the command line. */
const name = process.argv[2] ?? "";
const folder = join(repository, "packages", name);
if (name === "" || !existsSync(join(folder, "package.json"))) {
  console.error(`scripts/prepack.ts: there is no package "${name}"; name a folder of packages/.`);
  process.exit(2);
}

// From scratch, for what was made one file is not what the compiler takes for up to date.
rmSync(join(folder, "dist"), { recursive: true, force: true });
const tsc = join(repository, "node_modules/typescript/bin/tsc");
const built = spawnSync(process.execPath, [tsc, "-b", join(folder, "tsconfig.build.json")], {
  stdio: "inherit",
});
if (built.status !== 0) process.exit(1);
if (bundled.has(name)) bundle(folder);

copyFileSync(join(repository, "LICENSE"), join(folder, "LICENSE"));
if (name === "holdfast") {
  rmSync(join(folder, "guide"), { recursive: true, force: true });
  cpSync(join(repository, "guide"), join(folder, "guide"), { recursive: true });
}
