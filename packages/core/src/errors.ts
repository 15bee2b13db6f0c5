/** What went wrong in the world: a stable code, what happened, and what to do about it. */
export class CodedError extends Error {
  /** Stable identifier in capitals, part of the public surface: `CONTRACT_UNKNOWN_KEY`. */
  readonly code: string;
  /** What to do now, in one sentence. */
  readonly remedy: string;
  /** The facts behind the message, as plain data. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: {
      readonly remedy: string;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CodedError";
    this.code = code;
    this.remedy = options.remedy;
    this.details = options.details ?? {};
  }
}

/** Whether a value is a coded error, across packages and realms (never `instanceof`). */
export function isCodedError(value: unknown): value is CodedError {
  return (
    value instanceof Error && typeof (value as Partial<CodedError>).code === "string" && "remedy" in value
  );
}

/** Stops on a bug of our own: `condition` can only be false if Holdfast is wrong. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Holdfast is wrong here, please report it: ${message}`);
}
