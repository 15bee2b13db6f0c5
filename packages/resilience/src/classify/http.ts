import type { Classifier } from "../failure.ts";
import { failureOfError } from "./failure-of-error.ts";
import { readField, readNumber } from "./read-field.ts";
import { failureOfStatus } from "./status.ts";

/** Judges an answer by its status (`Response`, undici, axios, `node:http`), a thrown error by what it says. */
export const httpResponse: Classifier = (end) => {
  if (end.threw) return failureOfError(end.error, end.wallMs);
  const status = readNumber(end.value, "status") ?? readNumber(end.value, "statusCode");
  return status === undefined ? null : failureOfStatus(status, readField(end.value, "headers"), end.wallMs);
};

/** Takes any answer for a success but a `Response`, which says itself what it is; a thrown error is judged by what it says. */
export const thrownOrResponse: Classifier = (end) => {
  if (end.threw) return failureOfError(end.error, end.wallMs);
  const status = readNumber(end.value, "status");
  if (status === undefined) return null;
  const headers = readField(end.value, "headers");
  return typeof readField(headers, "get") === "function"
    ? failureOfStatus(status, headers, end.wallMs)
    : null;
};
