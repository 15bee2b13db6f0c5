import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** What becomes of test files: those to run, and which of them stand for several. */
export interface Bundles {
  /** Absolute paths, to be given to `node:test`. */
  readonly files: readonly string[];
  /** The absolute paths that a bundle stands for, by the bundle's. */
  readonly of: ReadonlyMap<string, readonly string[]>;
}

/** Unit tests touch nothing outside themselves: they share a process, which reads the sources under test once. */
const unit = /^(packages\/[^/]+)\/src\//;

/** So many files share a process: enough to read sources seldom, few enough for the processes to end together. */
const bundleSize = 40;

/**
 * Puts the unit tests of each package into bundles, files in `folder` that load them one after the other; every other test keeps a process
 * of its own. A file that does not load is a failed test, and those beside it run.
 */
export function bundleUnits(paths: readonly string[], root: string, folder: string): Bundles {
  const of = new Map<string, readonly string[]>();
  for (const [name, units] of Map.groupBy(paths, (path) => unit.exec(path)?.[1])) {
    if (name === undefined) continue;
    for (let start = 0; start < units.length; start += bundleSize) {
      const bundle = join(folder, `${name.replaceAll("/", "-")}-${start / bundleSize + 1}.test.mjs`);
      const members = units.slice(start, start + bundleSize).map((path) => resolve(root, path));
      writeFileSync(bundle, loads(members));
      of.set(bundle, members);
    }
  }
  const alone = paths.filter((path) => !unit.test(path)).map((path) => resolve(root, path));
  return { files: [...of.keys(), ...alone], of };
}

function loads(members: readonly string[]): string {
  return `import { it } from "node:test";
for (const [path, url] of ${JSON.stringify(members.map((path) => [path, pathToFileURL(path).href]))}) {
  await import(url).catch((failure) => void it(\`loads \${path}\`, () => { throw failure; }));
}
`;
}
