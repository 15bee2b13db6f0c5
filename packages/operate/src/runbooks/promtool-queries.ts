/** Options of `promtool query` whose value is the next word. */
const valued = /^(?:--(?:start|end|step|time|format|header|http\.config\.file)|-o)$/;

/** The queries that `promtool query instant` and `promtool query range` ask in the commands of a shell; those that a variable completes are left out. */
export function promtoolQueries(commands: string): readonly string[] {
  const lines = commands.replaceAll(/\\\n/g, " ").replaceAll(/^\s*#[^\n]*/gm, "");
  return [...lines.matchAll(/\bpromtool\s+query\s+(?:instant|range)\s/g)].flatMap(
    ({ 0: { length }, index }) => {
      const words = wordsOf(lines.slice(index + length));
      const named = words.filter(
        ({ text }, at) => !text.startsWith("-") && !valued.test(words[at - 1]?.text ?? ""),
      );
      const expr = named[1];
      return expr === undefined || expr.varies ? [] : [expr.text];
    },
  );
}

interface Word {
  readonly text: string;
  /** Whether the shell puts something in. */
  readonly varies: boolean;
}

/** The words of a command as a shell splits it, up to its end. */
function wordsOf(command: string): readonly Word[] {
  const words: Word[] = [];
  for (const [word] of command.matchAll(
    /(?:'[^']*'|"(?:[^"\\]|\\[\s\S])*"|[^\s'"|;&<>]|(?<!\s)['"])+|[\n|;&<>]/g,
  )) {
    if (/^[\n|;&<>]$/.test(word)) break;
    const open = word.replaceAll(/'[^']*'/g, "");
    words.push({ text: unquoted(word), varies: /\$[\w{(]/.test(open) });
  }
  return words;
}

function unquoted(word: string): string {
  return word.replaceAll(
    /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"/g,
    (_, single?: string, double?: string) => single ?? (double ?? "").replaceAll(/\\(["\\$`])/g, "$1"),
  );
}
