import { posix } from "node:path";
import { importsOf, type TextFile } from "../lib/tree.ts";

/** Arrows point down only (DESIGN §2): a package may use packages of lower layers, never a sibling. */
const layers: Readonly<Record<string, number>> = {
  core: 0,
  contract: 1,
  resilience: 1,
  delivery: 1,
  evolution: 1,
  faults: 1,
  operate: 2,
  plan: 2,
  verify: 3,
  holdfast: 4,
};

const folderOf = (name: string): string | null => {
  if (name === "holdfast" || name.startsWith("holdfast/")) return "holdfast";
  return /^@holdfast\/([^/]+)/.exec(name)?.[1] ?? null;
};

function judge(from: string, to: string, where: string): string[] {
  const [above, below] = [layers[from], layers[to]];
  if (above === undefined)
    return [`${where}: package ${from} has no layer; give it one in scripts/guards/arrows.ts`];
  if (below === undefined) return [`${where}: there is no package ${to}`];
  if (from === to || below < above) return [];
  return [`${where}: ${from} may not use ${to}; arrows point down only, and siblings never meet`];
}

function declared({ path, text }: TextFile): string[] {
  const from = path.split("/")[1] ?? "";
  const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
  const kinds = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
  const names = kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));
  return names.flatMap((name) => {
    const to = folderOf(name);
    return to === null ? [] : judge(from, to, path);
  });
}

function imported({ path, text }: TextFile): string[] {
  const from = path.split("/")[1] ?? "";
  return importsOf(text).flatMap((specifier) => {
    const byName = folderOf(specifier);
    if (byName !== null) return judge(from, byName, path);
    if (!specifier.startsWith(".")) return [];
    const target = posix.join(posix.dirname(path), specifier);
    if (target.startsWith(`packages/${from}/`)) return [];
    const isTest = /\.test\.ts$|\/test\//.test(path);
    if (isTest && !target.startsWith("packages/")) return [];
    return [`${path}: imports ${specifier}, which lies outside of its package; import packages by name`];
  });
}

/** Arrows that point up or sideways, in manifests and in imports. */
export function arrowProblems(files: readonly TextFile[]): string[] {
  return files.flatMap((file) => {
    if (/^packages\/[^/]+\/package\.json$/.test(file.path)) return declared(file);
    if (/^packages\/[^/]+\/(src|test)\/.*\.(ts|mjs|js)$/.test(file.path)) return imported(file);
    return [];
  });
}
