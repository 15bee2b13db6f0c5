import type { Classifier } from "../failure.ts";
import type { BuiltInClassifier } from "../policy-types.ts";
import { grpc } from "./grpc.ts";
import { httpResponse, thrownOrResponse } from "./http.ts";
import { sql } from "./sql.ts";

export { failureOfError } from "./failure-of-error.ts";
export { compileOn, type RetryOn, retriable } from "./retry-words.ts";
export { safely } from "./safely.ts";
export { failureOfStatus } from "./status.ts";

/** The classifiers that come with the package, by the name that a policy's `classify` says. */
export const classifiers: Readonly<Record<BuiltInClassifier, Classifier>> = {
  default: thrownOrResponse,
  http: httpResponse,
  grpc,
  sql,
};
