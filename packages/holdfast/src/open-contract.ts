import { relative } from "node:path";
import { type Contract, loadContract } from "@holdfast/contract";
import type { Io } from "./command.ts";
import { renderProblems } from "./contract-problems.ts";

/** Reads the contract a command was given, or tells its problems (also as JSON) and answers `null`: exit status 2. */
export function openContract(path: string, json: boolean, io: Io): Contract | null {
  const read = loadContract(path, { cwd: io.cwd, env: io.env });
  if ("contract" in read) return read.contract;
  const shown = relative(io.cwd, read.file) || read.file;
  if (json)
    io.out(`${JSON.stringify({ schemaVersion: 1, file: read.file, problems: read.problems }, null, 2)}\n`);
  io.err(renderProblems(shown, read.text, read.problems));
  return null;
}
