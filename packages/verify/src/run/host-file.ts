import { fileURLToPath } from "node:url";

/** The file of a child's host program, as this package exports it: source in development, JavaScript when installed. */
export function hostFile(name: "reaper-host" | "module-host" | "noise-host"): string {
  return fileURLToPath(import.meta.resolve(`@holdfast/verify/${name}`));
}
