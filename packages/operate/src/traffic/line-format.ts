import { CodedError } from "@holdfast/core";
import { type Field, fieldOf, fieldOfOperator } from "./field-names.ts";

/** What an access line holds, by field. */
export type Fields = ReadonlyMap<Field, string>;

/** Reads a line that was written by a format; `null` for one that was not. */
export type LineReader = (text: string) => Fields | null;

interface Part {
  /** `null`: a field that tells nothing here. */
  readonly field: Field | null;
  /** The text up to which its value goes; empty: to the end of the line. */
  readonly until: string;
}

const inNginx = /\$\{?([A-Za-z_]\w*)\}?/;
const inEnvoy = /%([A-Z_]+(?:\([^()]{0,120}\))?)(?::\d{1,5})?%/;
const formatCharsMax = 4_000;

/** What Envoy and Istio write when nobody says otherwise, what nginx's ingress of Kubernetes writes, nginx's `combined`, and whatever begins like it; the longest first. */
const defaults = {
  istio:
    '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%',
  envoy:
    '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"',
  ingress:
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id',
  nginx:
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"',
  common: '$remote_addr - $remote_user [$time_local] "$request" $status $rest',
} as const;

/** Readers of the formats that nobody has to name. */
export const defaultReaders: readonly LineReader[] = Object.values(defaults).map((format) =>
  lineReader(format),
);

/** A reader of lines written by a format of nginx (`$status`) or of Envoy (`%RESPONSE_CODE%`). */
export function lineReader(format: string): LineReader {
  const { first, parts } = taken(format);
  return (text) => (text.startsWith(first) ? fieldsIn(text, first.length, parts) : null);
}

/** Goes from one text between variables to the next, so that no line takes longer to read than it is long. */
function fieldsIn(text: string, from: number, parts: readonly Part[]): Fields | null {
  const fields = new Map<Field, string>();
  let at = from;
  for (const { field, until } of parts) {
    const end = until === "" ? text.length : text.indexOf(until, at);
    if (end < 0) return null;
    if (field !== null && !fields.has(field)) fields.set(field, text.slice(at, end));
    at = end + until.length;
  }
  return at === text.length ? fields : null;
}

function taken(format: string): { readonly first: string; readonly parts: readonly Part[] } {
  const envoy = inEnvoy.test(format);
  if (format.length > formatCharsMax) throw wrong("is longer than 4000 characters");
  const pieces = format.trimEnd().split(new RegExp(envoy ? inEnvoy : inNginx, "g"));
  const [first = "", ...rest] = pieces;
  const parts: Part[] = [];
  for (let at = 0; at < rest.length; at += 2) {
    const name = rest[at] ?? "";
    parts.push({ field: envoy ? fieldOfOperator(name) : fieldOf(name), until: rest[at + 1] ?? "" });
  }
  checkParts(parts);
  return { first, parts };
}

function checkParts(parts: readonly Part[]): void {
  const fields = new Set(parts.map(({ field }) => field));
  const lacks = (...names: readonly Field[]): boolean => !names.some((name) => fields.has(name));
  if (parts.length === 0) throw wrong("names no variable");
  if (parts.slice(0, -1).some(({ until }) => until === ""))
    throw wrong("has two variables with nothing between them");
  if (lacks("status")) throw wrong("names no status ($status, %RESPONSE_CODE%)");
  if (lacks("request-line", "target")) throw wrong("names no request ($request, %REQ(:PATH)%)");
}

function wrong(says: string): CodedError {
  return new CodedError("USAGE", `the format of the access log ${says}`, {
    remedy: "Give the log_format of nginx or the text_format of Envoy as it stands in the configuration.",
  });
}
