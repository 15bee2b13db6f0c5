import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CodedError } from "@holdfast/core";
import type { Io } from "./command.ts";

/**
 * Loads a driver: the one that the user's project has installed, whose version suits its servers, or one beside this program. Throws
 * DRIVER_MISSING, naming what to install.
 */
export async function loadDriver(name: string, io: Io): Promise<Readonly<Record<string, unknown>>> {
  for (const from of [pathToFileURL(join(io.cwd, "package.json")).href, import.meta.url]) {
    const found = resolved(name, from);
    if (found === null) continue;
    const loaded = (await import(pathToFileURL(found).href)) as Readonly<Record<string, unknown>>;
    return { ...(loaded["default"] as object | undefined), ...loaded };
  }
  const [installed = name] = name.split("/");
  throw new CodedError("DRIVER_MISSING", `${installed} is needed for this database and is not installed`, {
    remedy: `Run npm install ${installed} in the project from whose folder you call holdfast.`,
  });
}

function resolved(name: string, from: string): string | null {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return null;
  }
}
