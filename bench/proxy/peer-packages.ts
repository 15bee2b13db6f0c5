import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** mockttp with its 190 packages would be most of the lock file: it is installed, once and in this version, where it is measured. */
const mockttpVersion = "4.6.5";

const folder = fileURLToPath(new URL("../../node_modules/.cache/holdfast-bench", import.meta.url));

/** The entry of mockttp in a cache that version control ignores; installs it there if need be. */
export function installMockttp(): string {
  const entry = join(folder, "node_modules", "mockttp", "dist", "main.js");
  const stamp = join(folder, `mockttp-${mockttpVersion}`);
  if (!existsSync(stamp)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"];
    const { status, stderr } = spawnSync("npm", [...args, `mockttp@${mockttpVersion}`], {
      cwd: folder,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`npm install of mockttp failed: ${stderr.slice(-500)}`);
    writeFileSync(stamp, "");
  }
  return pathToFileURL(entry).href;
}

/** Whether Toxiproxy's server is on the path. */
export function hasToxiproxy(): boolean {
  return spawnSync("toxiproxy-server", ["-version"]).error === undefined;
}
