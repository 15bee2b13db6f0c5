import type { FailedAttempt } from "../dead-letters/dead-letter.ts";

/** Characters of an error that are kept: of the last one with its stack, and of each one before it. */
const lastMax = 16_000;
const earlierMax = 1_000;
/** Attempts that are kept in a message's history. */
const historyMax = 50;

/** Whatever was thrown, as text: with stack and causes where it has them. Never throws. */
export function describeFailure(failure: unknown): string {
  const parts = [textOfOne(failure)];
  for (let at = causeOf(failure); at !== undefined && parts.length < 5; at = causeOf(at))
    parts.push(`Caused by: ${textOfOne(at)}`);
  return storable(parts.join("\n"), lastMax);
}

function causeOf(failure: unknown): unknown {
  return failure instanceof Error ? failure.cause : undefined;
}

/** The history of a message with one more attempt; the oldest go first. */
export function withAttempt(
  history: readonly FailedAttempt[],
  failure: unknown,
  atMs: number,
): readonly FailedAttempt[] {
  const code = codeOf(failure);
  const attempt: FailedAttempt = {
    atMs,
    error: storable(firstLineOf(failure), earlierMax),
    ...(code === undefined ? {} : { code: storable(code, 100) }),
  };
  return [...history, attempt].slice(-historyMax);
}

function firstLineOf(failure: unknown): string {
  return failure instanceof Error ? `${failure.name}: ${failure.message}` : textOfOne(failure);
}

function textOfOne(failure: unknown): string {
  try {
    if (failure instanceof Error) return failure.stack ?? `${failure.name}: ${failure.message}`;
    if (typeof failure === "string") return `thrown: ${failure}`;
    if (typeof failure === "object" && failure !== null)
      return `thrown: ${JSON.stringify(failure) ?? "an object"}`;
    return `thrown: ${String(failure)}`;
  } catch {
    return "thrown: something that cannot be described";
  }
}

function codeOf(failure: unknown): string | undefined {
  try {
    const code = (failure as { code?: unknown } | null | undefined)?.code;
    return typeof code === "string" || typeof code === "number" ? String(code) : undefined;
  } catch {
    return undefined;
  }
}

/** What every database takes: no NUL, no halves of surrogate pairs, not too long. */
function storable(text: string, charactersMax: number): string {
  return text.replaceAll("\0", "").slice(0, charactersMax).toWellFormed();
}
