import { problemContentType, typeBase } from "./problems.ts";
import type { StoredResponse } from "./record.ts";

const body = {
  type: `${typeBase}execution-failed`,
  title: "The request failed",
  status: 500,
  detail: "The run of this request ended in a failure. Use a fresh key to try again.",
  code: "execution-failed",
};

/** What is kept of a handler that threw, where failures are repeated: what it would have been answered with is the framework's affair. */
export const executionFailed: StoredResponse = {
  status: 500,
  headers: [["content-type", problemContentType]],
  body: new TextEncoder().encode(JSON.stringify(body)),
  replayable: true,
};
