import { CodedError, nearest, parseDuration } from "@holdfast/core";
import type { NamedCommand, OptionDeclaration, Options } from "./command.ts";

/** A command line read against its declaration. */
export interface Parsed {
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly help: boolean;
}

/** Options that every command has. */
export const commonOptions: Options = {
  json: { kind: "flag", doc: "Print one JSON document on stdout and nothing else." },
  help: { kind: "flag", doc: "Show what the command does, with an example." },
};

/** Reads the words after the command's name; throws `USAGE` with the nearest known option. */
export function parse(command: NamedCommand, words: readonly string[]): Parsed {
  const declared: Options = { ...command.options, ...commonOptions };
  const options: Record<string, unknown> = initialValues(declared);
  const positionals: string[] = [];
  let onlyArguments = false;

  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (onlyArguments || word === "-" || !word.startsWith("-")) positionals.push(word);
    else if (word === "--") onlyArguments = true;
    else i += readOption(command, declared, options, word, words[i + 1]);
  }

  const help = options["help"] === true;
  if (!help) checkArguments(command, positionals);
  return { arguments: positionals, options, help };
}

function initialValues(declared: Options): Record<string, unknown> {
  const start = (option: OptionDeclaration): unknown =>
    option.kind === "flag" ? false : option.kind === "list" ? [] : undefined;
  return Object.fromEntries(Object.entries(declared).map(([name, option]) => [name, start(option)]));
}

/** Reads one option into `options`; returns how many further words it used. */
function readOption(
  command: NamedCommand,
  declared: Options,
  options: Record<string, unknown>,
  word: string,
  next: string | undefined,
): number {
  const [, written = word, inline] = /^([^=]*)=([\s\S]*)$/.exec(word) ?? [];
  const { name, option } = findOption(command, declared, written);

  if (option.kind === "flag") {
    if (inline !== undefined) throw usage(command, `${written} takes no value`, `Write ${written} alone.`);
    options[name] = true;
    return 0;
  }
  const value = inline ?? (next?.startsWith("--") ? undefined : next);
  if (value === undefined)
    throw usage(command, `${written} needs a value`, `Write ${written} ${placeholder(option)}.`);
  const read = readValue(command, option, written, value);
  options[name] = option.kind === "list" ? [...(options[name] as string[]), ...(read as string[])] : read;
  return inline === undefined ? 1 : 0;
}

function findOption(
  command: NamedCommand,
  declared: Options,
  written: string,
): { readonly name: string; readonly option: OptionDeclaration } {
  const name = written === "-h" ? "help" : written.replace(/^--/, "");
  const option = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (option === undefined) throw unknownOption(command, declared, written);
  return { name, option };
}

function readValue(
  command: NamedCommand,
  option: OptionDeclaration,
  written: string,
  value: string,
): unknown {
  switch (option.kind) {
    case "integer": {
      const number = Number(value);
      if (/^-?\d+$/.test(value) && number >= option.min && number <= option.max) return number;
      throw usage(
        command,
        `${written} ${value}: expected a whole number from ${option.min} to ${option.max}`,
        `Give ${written} such a number.`,
      );
    }
    case "duration": {
      const reading = parseDuration(value);
      if (reading.ok) return reading.value;
      throw usage(command, `${written} ${value}: expected ${reading.expected}`, reading.remedy);
    }
    case "choice": {
      if (option.choices.includes(value)) return value;
      throw usage(
        command,
        `${written} ${value}: expected ${option.choices.join(" or ")}`,
        `Choose one of: ${option.choices.join(", ")}.`,
      );
    }
    case "list":
      return value.split(",").filter((part) => part !== "");
    default:
      return value;
  }
}

function checkArguments(command: NamedCommand, given: readonly string[]): void {
  const missing = command.arguments.filter((argument) => !argument.optional)[given.length];
  if (missing !== undefined)
    throw usage(command, `<${missing.name}> is missing: ${missing.doc}`, `For example: ${command.example}`);
  const unbounded = command.arguments.at(-1)?.rest === true;
  if (given.length > command.arguments.length && !unbounded)
    throw usage(
      command,
      `"${given[command.arguments.length]}" is one argument too many`,
      `For example: ${command.example}`,
    );
}

function unknownOption(command: NamedCommand, declared: Options, written: string): CodedError {
  const known = nearest(written.replace(/^-+/, ""), Object.keys(declared));
  return usage(
    command,
    `${written} is not an option of holdfast ${command.name}`,
    known === undefined ? `See holdfast ${command.name} --help.` : `Did you mean --${known}?`,
  );
}

/** How an option's value is called in help texts. */
export function placeholder(option: OptionDeclaration): string {
  if (option.kind === "flag") return "";
  return option.kind === "choice" ? `<${option.choices.join("|")}>` : `<${option.value}>`;
}

function usage(command: NamedCommand, message: string, remedy: string): CodedError {
  return new CodedError("USAGE", message, { remedy, details: { command: command.name } });
}
