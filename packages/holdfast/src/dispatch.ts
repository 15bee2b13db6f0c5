import { CodedError, isCodedError, nearest } from "@holdfast/core";
import {
  type Command,
  type CommandEntry,
  type CommandHead,
  type ExitStatus,
  type Io,
  loaded,
} from "./command.ts";
import { helpOf, overview } from "./help.ts";
import { parse } from "./parse.ts";

/** Runs one command line to its exit status; every failure is told as code, what happened, remedy. */
export async function dispatch(
  commands: readonly CommandEntry[],
  version: string,
  words: readonly string[],
  io: Io,
): Promise<ExitStatus> {
  try {
    return await run(commands, version, words, io);
  } catch (failure) {
    io.err(toldFailure(failure));
    return statusOf(failure);
  }
}

async function run(
  commands: readonly CommandEntry[],
  version: string,
  [name, ...rest]: readonly string[],
  io: Io,
): Promise<ExitStatus> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const [about = "-"] = rest;
    io.out(
      about.startsWith("-") ? overview(commands, version) : helpOf(await loaded(entryOf(about, commands))),
    );
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "-v") {
    io.out(`${version}\n`);
    return 0;
  }
  const command = await loaded(entryOf(name, commands));
  const parsed = parse(command, rest);
  if (!parsed.help) return command.run(parsed as Parameters<Command["run"]>[0], io);
  io.out(helpOf(command));
  return 0;
}

/** Codes whose cause is the command line or the contract; every other coded error is the environment's. */
const wrongUse =
  /^(USAGE|CONFIGURATION|SAGA_UNKNOWN|CONTRACT_|GUIDE_|FILE_EXISTS|FOLDER_MISSING|RUN_NOT_READABLE|FOLDER_IN_USE|NOT_ALLOWED|GENERATED_NOT_WRITTEN|NOTHING_TO_VERIFY|NO_FINGERPRINT)/;

function statusOf(failure: unknown): ExitStatus {
  return isCodedError(failure) && wrongUse.test(failure.code) ? 2 : 4;
}

/** A failure as people read it: code, what happened, remedy. */
export function toldFailure(failure: unknown): string {
  if (isCodedError(failure))
    return `holdfast: ${failure.code}: ${failure.message}\n  Remedy: ${failure.remedy}\n`;
  const text = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  return `holdfast: INTERNAL: ${text}\n  Remedy: This is a defect of Holdfast; please report it with the lines above.\n`;
}

function entryOf(name: string, commands: readonly CommandEntry[]): CommandEntry {
  const entry = commands.find((one) => one.name === name);
  if (entry === undefined) throw unknownCommand(name, commands);
  return entry;
}

function unknownCommand(name: string, commands: readonly CommandHead[]): CodedError {
  const known = nearest(
    name,
    commands.map((command) => command.name),
  );
  return new CodedError("USAGE", `"${name}" is not a command`, {
    remedy: known === undefined ? "holdfast --help lists the commands." : `Did you mean holdfast ${known}?`,
  });
}
