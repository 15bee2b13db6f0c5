import { type ParseArgsConfig, parseArgs } from "node:util";

type Declared = NonNullable<ParseArgsConfig["options"]>;
type Values<O extends Declared> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

/** Reads a script's options. `--help` prints the usage and exits with 0; an option that is not declared is refused. */
export function scriptOptions<const O extends Declared>(usage: string, options: O): Values<O> {
  if (process.argv.slice(2).some((word) => word === "--help" || word === "-h")) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values as Values<O>;
  } catch (failure) {
    return refuse(failure instanceof Error ? failure.message : String(failure), usage);
  }
}

/** Says what is wrong with a command line and what to do, and exits with 2. */
export function refuse(message: string, remedy: string): never {
  process.stderr.write(`USAGE: ${message}\n  Remedy: ${remedy}\n`);
  process.exit(2);
}
