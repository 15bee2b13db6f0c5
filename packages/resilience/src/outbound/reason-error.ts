/** The reason of a signal as an error, which is what streams and handlers want for one. An error stays what it is. */
export function reasonError(reason: unknown): Error {
  if (reason instanceof Error) return reason;
  return Object.assign(new Error("The request was aborted.", { cause: reason }), { name: "AbortError" });
}
