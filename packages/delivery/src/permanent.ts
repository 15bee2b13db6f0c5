/** A failure that trying again will not mend. */
export class PermanentFailure extends Error {
  override readonly name = "PermanentFailure";
}

/** Marks a failure as one that no attempt will mend: `throw permanent(error)`. The message goes to the dead letters, the saga turns back. */
export function permanent(failure: unknown): PermanentFailure {
  return new PermanentFailure(failure instanceof Error ? failure.message : String(failure), {
    cause: failure,
  });
}

/** Whether a failure was marked so, across packages and realms. */
export function isPermanent(failure: unknown): boolean {
  return failure instanceof Error && failure.name === "PermanentFailure";
}
