/** One option of a command, declared once: parsing, `--help`, completion and the reference come from it. */
export type OptionDeclaration =
  | { readonly kind: "flag"; readonly doc: string }
  | { readonly kind: "text"; readonly value: string; readonly doc: string }
  | { readonly kind: "list"; readonly value: string; readonly doc: string }
  | {
      readonly kind: "integer";
      readonly value: string;
      readonly min: number;
      readonly max: number;
      readonly doc: string;
    }
  | { readonly kind: "duration"; readonly value: string; readonly doc: string }
  | { readonly kind: "choice"; readonly choices: readonly string[]; readonly doc: string };

/** What an option's value is read as. */
export type OptionValue<O extends OptionDeclaration> = O extends { kind: "flag" }
  ? boolean
  : O extends { kind: "text" }
    ? string | undefined
    : O extends { kind: "list" }
      ? readonly string[]
      : O extends { kind: "choice"; choices: readonly (infer C)[] }
        ? C | undefined
        : number | undefined;

export type Options = Readonly<Record<string, OptionDeclaration>>;
export type OptionValues<D extends Options> = { readonly [K in keyof D]: OptionValue<D[K]> };

/** `0` nothing failed · `1` something failed · `2` wrong command or contract · `3` inconclusive only · `4` the environment failed. */
export type ExitStatus = 0 | 1 | 2 | 3 | 4;

/** Where a command reads and writes; the process in production, buffers in tests. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The document that was asked for. */
  out(text: string): void;
  /** Messages and progress. */
  err(text: string): void;
  readonly outIsTty: boolean;
  readonly errIsTty: boolean;
  readonly columns: number;
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A positional argument. */
export interface ArgumentDeclaration {
  readonly name: string;
  readonly doc: string;
  readonly optional: boolean;
  /** Whether it takes all that follow; only the last one may. */
  readonly rest?: boolean;
}

/** A command as the overview lists it. */
export interface CommandHead {
  readonly name: string;
  readonly summary: string;
}

/** A line of the index of commands. What it takes and does is loaded when it is asked for: no command waits for the others. */
export interface CommandEntry extends CommandHead {
  load(): Promise<Command>;
}

/** A command under the name by which it was called. */
export interface NamedCommand extends CommandHead, Command {}

/** What a command takes and does: data plus a function. */
export interface Command<D extends Options = Options> {
  /** A complete line that works, shown by `--help`. */
  readonly example: string;
  readonly arguments: readonly ArgumentDeclaration[];
  readonly options: D;
  run(
    given: { readonly arguments: readonly string[]; readonly options: OptionValues<D> },
    io: Io,
  ): Promise<ExitStatus>;
}

/** Declares a command; its options type the values that `run` is given. */
export function defineCommand<const D extends Options>(command: Command<D>): Command {
  return command as unknown as Command;
}

/** Loads what an entry stands for. */
export async function loaded(entry: CommandEntry): Promise<NamedCommand> {
  const { name, summary } = entry;
  return { name, summary, ...(await entry.load()) };
}
