/** What names an error, not indented: what is indented belongs to a stack; what npm adds says only that a script failed. */
const naming = /^(?!\s|npm ).*\b(\w*(Error|Exception)|panic|fatal)\b/i;

/** The line that names the error, which runtimes print above its stack; else the last line that says anything. */
export function tellingWords(lines: readonly string[]): string | undefined {
  const named = lines.findLast((line) => naming.test(line));
  return (named ?? lines.findLast((line) => /\w/.test(line)))?.trim();
}
