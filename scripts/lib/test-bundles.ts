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

/**
 * Which tests share a process, so that it reads the sources under test once: those of one such folder, so many at a time. Unit tests compute, and one follows
 * the other; those against servers wait, so that several processes have to stand beside one another.
 */
const sharing = [
  { folder: /^packages\/[^/]+\/src\//, size: 40 },
  { folder: /^packages\/delivery\/test\//, size: 8 },
] as const;

/**
 * Puts tests into bundles, files in `scratch` that load them one after the other; those that measure, and all others, keep a process of their
 * own. A file that does not load is a failed test, and those beside it run.
 */
export function bundle(paths: readonly string[], root: string, scratch: string): Bundles {
  const of = new Map<string, readonly string[]>();
  for (const { folder, size } of sharing) {
    const byFolder = Map.groupBy(paths, (path) => folder.exec(path)?.[0] ?? null);
    for (const [name, members] of byFolder) {
      if (name === null) continue;
      for (let at = 0; at < members.length; at += size) {
        const file = join(scratch, `${name.replaceAll("/", "-")}${at / size + 1}.test.mjs`);
        of.set(
          file,
          members.slice(at, at + size).map((path) => resolve(root, path)),
        );
      }
    }
  }
  for (const [file, members] of of) writeFileSync(file, loads(members));
  const bundled = new Set([...of.values()].flat());
  const alone = paths.map((path) => resolve(root, path)).filter((path) => !bundled.has(path));
  return { files: [...of.keys(), ...alone], of };
}

function loads(members: readonly string[]): string {
  return `import { it } from "node:test";
for (const [path, url] of ${JSON.stringify(members.map((path) => [path, pathToFileURL(path).href]))}) {
  await import(url).catch((failure) => void it(\`loads \${path}\`, () => { throw failure; }));
}
`;
}
