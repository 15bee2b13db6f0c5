/** What is to be written as a response. */
export interface WrittenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  425: "Too Early",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** Whether a response of this status to this method carries a body. */
export function hasBody(method: string, status: number): boolean {
  return method !== "HEAD" && status >= 200 && status !== 204 && status !== 304;
}

/** The head of a response: status line, the headers as given, and the empty line. */
export function headBytes(status: number, headers: Readonly<Record<string, string>>): Uint8Array {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status} ${reasons[status] ?? "Status"}\r\n${lines.join("")}\r\n`, "latin1");
}

/** A whole response with its content-length, in one piece so that it leaves in one packet when it is small. */
export function answerBytes(method: string, answer: WrittenAnswer): Uint8Array {
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  const head = headBytes(answer.status, withLength(method, answer.status, answer.headers, body.length));
  return hasBody(method, answer.status) ? Buffer.concat([head, body]) : head;
}

/** The headers with the right content-length and without framing that would contradict it. */
function withLength(
  method: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  bytes: number,
): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) => !["content-length", "transfer-encoding"].includes(name.toLowerCase()),
  );
  const counts = hasBody(method, status) || method === "HEAD";
  return { ...Object.fromEntries(kept), ...(counts ? { "content-length": String(bytes) } : {}) };
}

/** A header's value whatever the case of its name. */
export function hasHeader(headers: Readonly<Record<string, string>>, name: string): boolean {
  return Object.keys(headers).some((key) => key.toLowerCase() === name);
}
