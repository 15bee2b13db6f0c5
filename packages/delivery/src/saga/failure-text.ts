const charactersMax = 4_000;

/** A failure as it is kept: with its code, its causes and where it happened, and bounded. */
export function failureText(failure: unknown): string {
  const lines: string[] = [];
  for (let at = failure, depth = 0; at !== undefined && depth < 4; depth++) {
    lines.push(textOf(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  // PostgreSQL takes no NUL in a text.
  const text = lines.join("\ncaused by ").replaceAll("\0", "").toWellFormed();
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`;
}

function textOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const { code } = failure as { code?: unknown };
  const stack = failure.stack ?? `${failure.name}: ${failure.message}`;
  return code === undefined ? stack : `[${String(code)}] ${stack}`;
}
