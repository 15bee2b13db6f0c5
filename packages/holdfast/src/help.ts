import { wrapped } from "@holdfast/core";
import type { CommandHead, NamedCommand } from "./command.ts";
import { commonOptions, placeholder } from "./parse.ts";

const exitStatuses = `Exit status: 0 nothing failed · 1 something failed
             2 the command or contract is wrong · 3 inconclusive only
             4 the environment failed`;

/** What `holdfast` and `holdfast --help` print. */
export function overview(commands: readonly CommandHead[], version: string): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.flatMap(({ name, summary }) => wrapRow(name, summary, width));
  return [
    `holdfast ${version} proves, on a real service, what its integrations survive.`,
    "",
    "Usage: holdfast <command> [options]",
    "",
    ...lines,
    "",
    "holdfast <command> --help shows options and an example.",
    exitStatuses,
    "",
  ].join("\n");
}

/** What `holdfast <command> --help` prints. */
export function helpOf(command: NamedCommand): string {
  const positionals = command.arguments.map((one) => {
    const name = one.rest === true ? `${one.name}...` : one.name;
    return one.optional ? `[${name}]` : `<${name}>`;
  });
  const options = Object.entries({ ...command.options, ...commonOptions }).map(([name, option]) => ({
    flag: `--${name} ${placeholder(option)}`.trimEnd(),
    doc: option.doc,
  }));
  const rows = [...command.arguments.map((one) => ({ flag: `<${one.name}>`, doc: one.doc })), ...options];
  const width = Math.min(30, Math.max(...rows.map((row) => row.flag.length)));
  return [
    ...wrapped(command.summary, 80),
    "",
    `Usage: holdfast ${[command.name, ...positionals].join(" ")} [options]`,
    "",
    ...rows.flatMap((row) => wrapRow(row.flag, row.doc, width)),
    "",
    `Example: ${command.example}`,
    exitStatuses,
    "",
  ].join("\n");
}

function wrapRow(flag: string, doc: string, width: number): string[] {
  const lines = wrapped(doc, 78 - width - 4);
  const indent = " ".repeat(width + 4);
  const rest = lines.slice(1).map((more) => indent + more);
  if (flag.length > width) return [`  ${flag}`, ...lines.map((more) => indent + more)];
  return [`  ${flag.padEnd(width)}  ${lines[0] ?? ""}`, ...rest];
}
