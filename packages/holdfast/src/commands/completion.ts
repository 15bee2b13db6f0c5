import { type Command, type CommandEntry, defineCommand, loaded, type NamedCommand } from "../command.ts";
import { commonOptions } from "../parse.ts";

/** The command that prints a completion script, derived from the declarations of `commands` (itself included). */
export function completionOf(commands: readonly CommandEntry[]): Command {
  return defineCommand({
    example: 'eval "$(holdfast completion bash)"',
    arguments: [{ name: "shell", doc: "bash, zsh or fish", optional: false }],
    options: {},
    run: async ({ arguments: [shell = ""] }, io) => {
      const script = scripts[shell as keyof typeof scripts];
      if (script === undefined) {
        io.err(`holdfast: USAGE: no completion for "${shell}"\n  Remedy: Choose bash, zsh or fish.\n`);
        return 2;
      }
      io.out(script(words(await Promise.all(commands.map(loaded)))));
      return 0;
    },
  });
}

interface Words {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly string[];
}

const scripts = {
  bash,
  zsh: (words: readonly Words[]): string => `autoload -U +X bashcompinit && bashcompinit\n${bash(words)}`,
  fish,
};

function words(commands: readonly NamedCommand[]): Words[] {
  return commands.map(({ name, summary, options }) => ({
    name,
    summary,
    options: Object.keys({ ...options, ...commonOptions }).map((option) => `--${option}`),
  }));
}

function bash(words: readonly Words[]): string {
  const cases = words.map(({ name, options }) => `    ${name}) words="${options.join(" ")}" ;;`);
  return [
    "_holdfast() {",
    '  local words current="${COMP_WORDS[COMP_CWORD]}"',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    `    *) words="${words.map(({ name }) => name).join(" ")} --help --version" ;;`,
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))',
    "}",
    "complete -F _holdfast holdfast",
    "",
  ].join("\n");
}

function fish(words: readonly Words[]): string {
  return words
    .flatMap(({ name, summary, options }) => [
      `complete -c holdfast -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", "\\'")}'`,
      ...options.map(
        (option) => `complete -c holdfast -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`,
      ),
    ])
    .join("\n")
    .concat("\n");
}
