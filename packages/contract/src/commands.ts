/** A command as an argument list, or why it is none. */
export type Command =
  | { readonly argv: readonly string[] }
  | { readonly expected: string; readonly remedy: string };

const expected = "a command and its arguments, without a shell";
const operator = /^(&&?|\|\|?|;|<|>>?|2>|2>&1|&>)$/;

/** Splits a command line into arguments as a shell would, with quotes and backslashes but without a shell's operators. */
export function splitCommand(line: string): Command {
  const argv: string[] = [];
  // One argument: runs of plain characters, escaped characters and quoted parts.
  const word = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gsy;
  const space = /\s*/gy;
  let from = 0;
  while (from < line.length) {
    space.lastIndex = from;
    from += space.exec(line)?.[0].length ?? 0;
    if (from >= line.length) break;
    word.lastIndex = from;
    const raw = word.exec(line)?.[0];
    if (raw === undefined) return { expected, remedy: "Close the quote, or escape it with a backslash." };
    if (operator.test(raw) || raw.endsWith(";")) {
      const remedy = `Nothing here reads ${raw}: write a list [sh, -c, "…"], or put the steps into a script.`;
      return { expected, remedy };
    }
    argv.push(unquote(raw));
    from += raw.length;
  }
  return argv.length === 0 ? { expected, remedy: "Write a command, such as node service.js." } : { argv };
}

function unquote(raw: string): string {
  return raw.replaceAll(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs,
    (_, double?: string, single?: string, escaped?: string) =>
      double?.replaceAll(/\\(["\\$`])/g, "$1") ?? single ?? escaped ?? "",
  );
}
