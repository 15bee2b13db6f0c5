import type { Path, Problem } from "@holdfast/core";
import { absolutePath } from "./file-path.ts";
import type { NamedFile, OperationsFiles } from "./model.ts";
import { mappingAt, valueAt } from "./outline.ts";

/** Where the files that a contract names are looked for. */
export interface Files {
  /** The files that a pattern matches, as paths from the contract's folder, in order. */
  find(pattern: string): readonly string[];
  /** What lies at a path from the contract's folder: `bytes` are a file that is no text in UTF-8, `large` one of more than 2 MB, `null` is anything else. */
  kindOf(path: string): "folder" | "bytes" | "large" | null;
  /** A pattern that matches nothing is no problem: what it names may be what is to be written, or was there in a run of before. */
  readonly mayBeMissing: boolean;
}

/** More files than a team has of one kind: a pattern that matches them is hardly meant. */
const filesMax = 200;

const kinds = { rules: "alerting rules", dashboards: "dashboards" } as const;
const endings = { rules: "*.yml", dashboards: "*.json" } as const;

/** The files that `operations` names, and what is wrong with its patterns; without `files`, nothing is looked for. */
export function operationsFiles(
  raw: unknown,
  folder: string,
  files: Files | null,
): { readonly operations: OperationsFiles | null; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const read = (kind: keyof typeof kinds): readonly NamedFile[] => {
    const found = patternsAt(raw, ["operations", kind]).flatMap(({ pattern, path }) => {
      const matched = matchedBy(pattern, folder, files);
      if (isFound(matched)) return matched;
      problems.push({ path, found: JSON.stringify(pattern), ...problemOf(matched, kind, pattern) });
      return [];
    });
    return [...new Map(found.map((file) => [file.path, file])).values()];
  };
  const declared = Object.keys(mappingAt(raw, ["operations"])).length > 0;
  const operations = declared ? { rules: read("rules"), dashboards: read("dashboards") } : null;
  return { operations, problems };
}

/** The patterns at a path, one or a list of them; what is no text has been told already. */
function patternsAt(raw: unknown, path: Path): readonly { readonly pattern: string; readonly path: Path }[] {
  const value = valueAt(raw, path);
  if (typeof value === "string") return [{ pattern: value, path }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((pattern: unknown, index) =>
    typeof pattern === "string" ? [{ pattern, path: [...path, index] }] : [],
  );
}

type Wrong = "outside" | "nothing" | "too-many" | "folder" | WrongFile;

interface WrongFile {
  readonly kind: "bytes" | "large";
  readonly written: string;
}

function matchedBy(pattern: string, folder: string, files: Files | null): readonly NamedFile[] | Wrong {
  if (pattern.startsWith("/") || pattern.split(/[/{},]/).includes("..")) return "outside";
  const found = (files?.find(pattern) ?? []).map((written) => ({
    path: absolutePath(folder, written),
    written,
  }));
  if (found.some(({ path }) => !path.startsWith(folder === "/" ? "/" : `${folder}/`))) return "outside";
  if (found.length > filesMax) return "too-many";
  return files === null || files.mayBeMissing ? found : checked(pattern, found, files);
}

/** What is to be read is there, and can be. */
function checked(pattern: string, found: readonly NamedFile[], files: Files): readonly NamedFile[] | Wrong {
  if (found.length === 0) return files.kindOf(pattern) === "folder" ? "folder" : "nothing";
  for (const { written } of found) {
    const kind = files.kindOf(written);
    if (kind === "bytes" || kind === "large") return { kind, written };
  }
  return found;
}

function isFound(matched: readonly NamedFile[] | Wrong): matched is readonly NamedFile[] {
  return Array.isArray(matched);
}

type Told = Pick<Problem, "code" | "expected" | "remedy"> & { readonly found?: string };

function problemOf(wrong: Wrong, kind: keyof typeof kinds, pattern: string): Told {
  const what = kinds[kind];
  if (typeof wrong === "object") {
    const isLarge = wrong.kind === "large";
    return {
      code: isLarge ? "TOO_LARGE" : "NOT_UTF8",
      found: `${wrong.written}, a file ${isLarge ? "of more than 2 MB" : "that is no text in UTF-8"}`,
      expected: `${what} as text in UTF-8, of at most 2 MB`,
      remedy: `Name only files of ${what}, such as ${endings[kind]}.`,
    };
  }
  switch (wrong) {
    case "outside":
      return {
        code: "OUTSIDE_FOLDER",
        expected: `a path or a pattern of ${what} within the contract's folder`,
        remedy:
          "Write it from the contract's folder and without .., or keep the contract beside what it names.",
      };
    case "folder":
      return {
        code: "FILE_IS_FOLDER",
        found: `${JSON.stringify(pattern)}, a folder`,
        expected: `a path or a pattern that matches ${what}`,
        remedy: `Name the files in it: ${pattern.replace(/\/+$/, "")}/${endings[kind]}.`,
      };
    case "nothing":
      return {
        code: "NO_SUCH_FILE",
        expected: `a path or a pattern that matches ${what}`,
        remedy: "Write it from the contract's folder, such as ops/*.yml; holdfast generate writes some.",
      };
    case "too-many":
      return {
        code: "TOO_MANY_FILES",
        expected: `a pattern that matches at most ${filesMax} files`,
        remedy: `Name the folder that holds the ${what}.`,
      };
  }
}
