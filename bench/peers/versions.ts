import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Library, libraries } from "./scenario.ts";

const modules = join(import.meta.dirname, "../../node_modules");

/** The version of an installed package. */
export function versionOf(library: Library): string {
  const source = readFileSync(join(modules, library, "package.json"), "utf8");
  return (JSON.parse(source) as { readonly version: string }).version;
}

/** All of them, as they are called in results. */
export const versions: Readonly<Record<Library, string>> = Object.fromEntries(
  libraries.map((library) => [library, versionOf(library)]),
) as Record<Library, string>;
