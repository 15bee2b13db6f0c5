import { isUtf8 } from "node:buffer";
import { globSync, readFileSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { type ReadBaseline, readBaseline } from "./baseline.ts";
import type { Environment } from "./environment.ts";
import type { ContractProblem } from "./model.ts";
import { type ReadContract, readContract } from "./read-contract.ts";
import { textBytesMax, tooLarge } from "./source.ts";
import { textProblem } from "./syntax-problem.ts";

/** The file in which accepted findings are kept, beside the contract. */
export const baselineName = "holdfast.baseline.yaml";

/** How strictly a contract is read. */
export interface LoadOptions {
  /** Files that `operations` names may be missing; `false` when left out. */
  readonly mayBeMissing?: boolean;
}

/** Reads a contract from a file; whatever is wrong with the file is a problem too, nothing is thrown. */
export async function loadContract(
  path: string,
  env: Environment,
  { mayBeMissing = false }: LoadOptions = {},
): Promise<ReadContract> {
  const file = resolve(path);
  const read = await readText(file);
  if ("problem" in read) return { problems: [read.problem] };
  const folder = dirname(file);
  const files = {
    find: (pattern: string) => filesIn(folder, pattern),
    kindOf: (path: string) => kindOf(join(folder, path)),
    mayBeMissing,
  };
  return readContract({ file, text: read.text, env, files });
}

/** Nobody means what lies there by a pattern. */
const passedOver: ReadonlySet<string> = new Set(["node_modules", ".git", ".holdfast"]);

function filesIn(folder: string, pattern: string): readonly string[] {
  const found = globSync(pattern, {
    cwd: folder,
    withFileTypes: true,
    exclude: (entry) => passedOver.has(entry.name),
  });
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Larger files are hardly rules or a dashboard. */
const operationsBytesMax = 2_000_000;

/** What cannot be looked at is told by whoever reads it. */
function kindOf(path: string): "folder" | "bytes" | "large" | null {
  try {
    const at = statSync(path);
    if (at.isDirectory()) return "folder";
    // Nobody comes to an end who reads a pipe.
    if (!at.isFile()) return null;
    if (at.size > operationsBytesMax) return "large";
    return isUtf8(readFileSync(path)) ? null : "bytes";
  } catch {
    return null;
  }
}

/** Reads the baseline beside a contract; none is an empty one. */
export async function loadBaseline(contractFile: string, env: Environment): Promise<ReadBaseline> {
  const read = await readText(join(dirname(resolve(contractFile)), baselineName));
  if ("text" in read) return readBaseline({ text: read.text, env });
  return read.problem.code === "FILE_MISSING" ? { accept: [] } : { problems: [read.problem] };
}

async function readText(
  file: string,
): Promise<{ readonly text: string } | { readonly problem: ContractProblem }> {
  try {
    const { size } = await stat(file);
    if (size > textBytesMax) return { problem: tooLarge };
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
    return { text };
  } catch (failure) {
    return { problem: fileProblem(file, failure) };
  }
}

function fileProblem(file: string, failure: unknown): ContractProblem {
  const code = failure instanceof Error && "code" in failure ? String(failure.code) : "";
  const expected = "a readable file with a contract";
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return textProblem({
        code: "FILE_MISSING",
        found: `no file ${file}`,
        expected,
        remedy: "Run holdfast init to write a commented starter, or name the contract's path.",
      });
    case "EISDIR":
      return textProblem({
        code: "FILE_IS_FOLDER",
        found: `a folder, ${file}`,
        expected,
        remedy: `Name the file: ${join(file, "holdfast.yaml")}.`,
      });
    case "ERR_ENCODING_INVALID_ENCODED_DATA":
      return textProblem({
        code: "NOT_UTF8",
        found: "bytes that are not UTF-8",
        expected: "a text in UTF-8",
        remedy: "Save the file as UTF-8, and check that this is the right file.",
      });
    default:
      return textProblem({
        code: "FILE_UNREADABLE",
        found: `${file}, which cannot be read (${code || String(failure)})`,
        expected,
        remedy: "Check the permissions of the file and of its folders.",
      });
  }
}
