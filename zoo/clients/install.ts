import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sharedClients } from "./truth.ts";

/** The copy of the adapters with their libraries, in a cache that version control ignores. */
export const clientsFolder: string = fileURLToPath(
  new URL("../../node_modules/.cache/holdfast-clients", import.meta.url),
);

/** Copies the adapters and installs the libraries in the exact versions of the ground truth, once. */
export function installClients(tell: (line: string) => void): void {
  mkdirSync(clientsFolder, { recursive: true });
  const wanted = readFileSync(join(sharedClients, "package.json"), "utf8");
  cpSync(join(sharedClients, "adapters"), join(clientsFolder, "adapters"), { recursive: true });
  const stamp = join(clientsFolder, "installed.json");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  tell("installing the client libraries (once)");
  writeFileSync(join(clientsFolder, "package.json"), wanted);
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status, stderr } = spawnSync("npm", args, { cwd: clientsFolder, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm install of the client libraries failed: ${stderr.slice(-500)}`);
  writeFileSync(stamp, wanted);
}
