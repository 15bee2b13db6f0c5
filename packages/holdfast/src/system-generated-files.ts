import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { CodedError } from "@holdfast/core";
import { type GeneratedFile, markOf } from "@holdfast/operate";

/** What became of a generated file. */
export interface WrittenFile {
  readonly path: string;
  readonly kind: GeneratedFile["kind"];
  readonly state: "new" | "changed" | "unchanged";
}

/**
 * Writes generated files below a folder, all or none: nothing that we did not write, or that was changed since, is replaced unless
 * `force` says so, and no link is followed to a place outside of the folder.
 */
export function writeGenerated(
  folder: string,
  files: readonly GeneratedFile[],
  force: boolean,
): readonly WrittenFile[] {
  refuseNoFolder(folder);
  const planned = files.map((file) => ({ file, state: stateOf(folder, file) }));
  const taken = planned.filter(({ state }) => state === "edited" || state === "foreign");
  if (taken.length > 0 && !force) throw inTheWay(folder, taken);
  return planned.map(({ file, state }) => {
    if (state !== "unchanged") writeText(join(folder, file.path), file.text);
    const became = state === "new" || state === "unchanged" ? state : "changed";
    return { path: file.path, kind: file.kind, state: became };
  });
}

/** Files that were generated here before, and are not any more: Prometheus and Grafana would go on reading them. */
export function leftOver(folder: string, paths: readonly string[]): readonly string[] {
  return ["", "tests"]
    .flatMap((part) => filesIn(join(folder, part)))
    .map((file) => relative(folder, file))
    .filter((path) => !paths.includes(path) && markOf(readFileSync(join(folder, path), "utf8")) !== "foreign")
    .sort();
}

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(yml|json)$/.test(entry.name))
    .map((entry) => join(folder, entry.name));
}

type State = "new" | "unchanged" | "ours" | "edited" | "foreign";

function stateOf(folder: string, { path, text }: GeneratedFile): State {
  const present = presentText(folder, path);
  if (present === null) return "new";
  return present === text ? "unchanged" : markOf(present);
}

/** What stands in a file below a folder; `null` where there is none. What is no ordinary file or folder is refused. */
export function presentText(folder: string, path: string): string | null {
  const file = join(folder, path);
  for (let part = dirname(path); part !== "."; part = dirname(part)) refuseLink(join(folder, part), "folder");
  return refuseLink(file, "file") ? readFileSync(file, "utf8") : null;
}

/** Whether there is something of this kind; anything else in its place is refused, a link above all. */
function refuseLink(path: string, kind: "file" | "folder"): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (kind === "file" ? found.isFile() : found.isDirectory()) return true;
  throw new CodedError("NOT_ALLOWED", `${path} is no ordinary ${kind}`, {
    remedy: "Remove it, or name another folder with --out: nothing is written through a link.",
  });
}

/** A file in the place of the folder, or of one above it, is told before anything is read or written. */
function refuseNoFolder(folder: string): void {
  const [present] = upwards(folder).filter((path) => lstatSync(path, orUndefined) !== undefined);
  if (present === undefined || statSync(present, orUndefined)?.isDirectory() === true) return;
  throw new CodedError("GENERATED_NOT_WRITTEN", `${present} is no folder; nothing was written`, {
    remedy: "Name a folder with --out: a new one, or one that you may write to.",
  });
}

const orUndefined = { throwIfNoEntry: false } as const;

/** A path and all folders above it. What lies below a file is not there. */
function upwards(path: string): readonly string[] {
  const above = dirname(path);
  const own = isBelowFile(path) ? [] : [path];
  return above === path ? own : [...own, ...upwards(above)];
}

function isBelowFile(path: string): boolean {
  try {
    lstatSync(path, orUndefined);
    return false;
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code === "ENOTDIR";
  }
}

/** Makes a folder and those above it, one by one: `mkdirSync` with `recursive` never ends where the system takes none, as in `/proc`. */
function makeFolders(folder: string): void {
  const missing = upwards(folder).filter((path) => !existsSync(path));
  for (const path of missing.toReversed()) mkdirSync(path);
}

/** Writes a file as a whole. */
export function writeText(file: string, text: string): void {
  try {
    makeFolders(dirname(file));
    // Whoever reads it meanwhile finds the old text or the new one, and no half of either.
    const beside = `${file}.writing`;
    writeFileSync(beside, text, { flag: "wx" });
    if (existsSync(file) && !statSync(file).isFile()) throw new Error("it is no file");
    renameSync(beside, file);
  } catch (cause) {
    throw new CodedError(
      "GENERATED_NOT_WRITTEN",
      `${file} could not be written: ${(cause as Error).message}`,
      {
        remedy: "Name a folder that you may write to, and remove what ends with .writing there.",
        cause,
      },
    );
  }
}

function inTheWay(
  folder: string,
  taken: readonly { readonly file: GeneratedFile; readonly state: State }[],
): CodedError {
  const [first] = taken;
  const what = first?.state === "edited" ? "was changed since it was generated" : "was not generated";
  const rest = taken.length > 1 ? `, and ${taken.length - 1} more` : "";
  return new CodedError(
    "FILE_EXISTS",
    `${join(folder, first?.file.path ?? "")} ${what}${rest}; nothing was written`,
    {
      remedy: "Move it away, name another folder with --out, or pass --force to replace it.",
      details: { files: taken.map(({ file, state }) => ({ path: file.path, state })) },
    },
  );
}
