import { type ParseArgsConfig, parseArgs } from "node:util";

type Declared = NonNullable<ParseArgsConfig["options"]>;
type Values<O extends Declared> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

/** Reads a script's options. `--help` prints the usage and exits with 0; an option that is not declared, or a bare word, is refused. */
export function scriptOptions<const O extends Declared>(usage: string, options: O): Values<O> {
  const { options: values, names } = scriptArguments(usage, options);
  if (names.length > 0) refuse(`"${names[0]}" is no option.`, usage);
  return values;
}

/** The same where bare words are taken as well: the names. */
export function scriptArguments<const O extends Declared>(
  usage: string,
  options: O,
): { readonly options: Values<O>; readonly names: readonly string[] } {
  if (process.argv.slice(2).some((word) => word === "--help" || word === "-h")) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    return { options: values as Values<O>, names: positionals };
  } catch (failure) {
    const message = failure instanceof Error ? failure.message : String(failure);
    return refuse(message.replace(/\. To specify a positional argument.*/s, "."), usage);
  }
}

/** Says what is wrong with a command line and what to do, and exits with 2. */
export function refuse(message: string, remedy: string): never {
  process.stderr.write(`USAGE: ${message}\n  Remedy: ${remedy}\n`);
  process.exit(2);
}
