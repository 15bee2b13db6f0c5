import type { Classifier, Failure } from "../failure.ts";
import { failureIn } from "./own-errors.ts";

/**
 * Guards a classifier that users wrote: where it throws, or answers with what is no failure, the attempt is final and is not held
 * against the provider. What went wrong stays in `classifierError`.
 */
export function safely(classifier: Classifier): Classifier {
  return (end) => {
    try {
      const answer: unknown = classifier(end);
      if (answer === null || answer === undefined) return null;
      return (
        failureIn(answer) ??
        failedWith(new TypeError("The classifier answered with neither a failure nor null."))
      );
    } catch (error) {
      return failedWith(error);
    }
  };
}

function failedWith(classifierError: unknown): Failure {
  return { class: "final", counts: false, classifierError };
}
