import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LockFile, missingPlatforms } from "./lib/lock.ts";
import { repository } from "./lib/tree.ts";

/** After `npm install`: names the platform packages that npm left out of package-lock.json. */
const file = join(repository, "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8")) as LockFile;
const missing = missingPlatforms(lock);
const packages = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
console.log(`${Object.keys(missing).length} platform packages added to package-lock.json`);
