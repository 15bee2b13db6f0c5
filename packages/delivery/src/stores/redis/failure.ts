import { DeliveryError, type DeliveryErrorCode, isDeliveryError } from "../../errors.ts";

/** The first word of Redis' own errors. */
const codes: Readonly<Record<string, DeliveryErrorCode>> = {
  NOAUTH: "STORE_CREDENTIALS",
  WRONGPASS: "STORE_CREDENTIALS",
  NOPERM: "STORE_CREDENTIALS",
  READONLY: "STORE_READ_ONLY",
  OOM: "STORE_NO_SPACE",
  MISCONF: "STORE_NO_SPACE",
  BUSY: "STORE_BUSY",
  TRYAGAIN: "STORE_BUSY",
  LOADING: "STORE_UNREACHABLE",
  MASTERDOWN: "STORE_UNREACHABLE",
  CLUSTERDOWN: "STORE_UNREACHABLE",
  NOREPLICAS: "STORE_UNREACHABLE",
};

/** What sockets and clients say when there is no connection, or no longer. */
const lost =
  /ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|connection is closed|max retries per request|isn't writeable|client is closed|client is offline|socket closed|command timed out/i;

/** The code for a client's failure, and the failure as its cause. */
export function redisFailure(failure: unknown): DeliveryError {
  if (isDeliveryError(failure)) return failure;
  const message = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
  const word = (failure instanceof Error ? failure.message : "").split(" ", 1)[0] ?? "";
  const code = codes[word] ?? (lost.test(message) ? "STORE_UNREACHABLE" : "STORE_FAILED");
  return new DeliveryError(code, `Redis refused an operation: ${message}`, { cause: failure });
}
