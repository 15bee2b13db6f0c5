import { CodedError } from "@holdfast/core";

/** A command that was called wrongly, and what to write instead: exit status 2. */
export function usage(message: string, remedy: string): CodedError {
  return new CodedError("USAGE", message, { remedy });
}
