import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type ReadBaseline, readBaseline } from "./baseline.ts";
import type { Environment } from "./environment.ts";
import type { ContractProblem } from "./model.ts";
import { type ReadContract, readContract } from "./read-contract.ts";
import { textBytesMax, tooLarge } from "./source.ts";
import { textProblem } from "./syntax-problem.ts";

/** The file in which accepted findings are kept, beside the contract. */
export const baselineName = "holdfast.baseline.yaml";

/** Reads a contract from a file; whatever is wrong with the file is a problem too, nothing is thrown. */
export async function loadContract(path: string, env: Environment): Promise<ReadContract> {
  const file = resolve(path);
  const read = await readText(file);
  return "text" in read ? readContract({ file, text: read.text, env }) : { problems: [read.problem] };
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
