import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";

/** How much of an answer is kept to look at when nobody says; the rest is read and dropped. */
const bodyKeptBytes = 64 * 1024;

/** What came back: an answer, or the reason why none came. */
export type HttpAnswer =
  | {
      readonly kind: "answer";
      readonly status: number;
      /** Its content type, or nothing. */
      readonly type: string;
      readonly body: string;
      /** How long the body was, with what of it was dropped. */
      readonly bytes: number;
    }
  | { readonly kind: "error"; readonly code: string };

/** One request on a connection of its own, read to the end; `signal` tears it down. */
export function httpRequest(input: {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: AbortSignal;
  /** Called once the whole request is handed to the network. */
  readonly sent?: () => void;
  readonly keepBytes?: number;
}): Promise<HttpAnswer> {
  const { url, method, signal, body, keepBytes = bodyKeptBytes } = input;
  const headers = { ...input.headers };
  if (body !== null) headers["content-length"] ??= String(Buffer.byteLength(body));
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException): void =>
      resolve({ kind: "error", code: error.code ?? error.message });
    const send = url.startsWith("https:") ? tlsRequest : plainRequest;
    const request = send(url, { method, headers, agent: false, signal }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        if (bytes < keepBytes) chunks.push(chunk.subarray(0, keepBytes - bytes));
        bytes += chunk.length;
      });
      response.on("error", fail);
      response.on("aborted", () => resolve({ kind: "error", code: "ECONNRESET" }));
      response.on("end", () =>
        resolve({
          kind: "answer",
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? "",
          body: Buffer.concat(chunks).toString("utf8"),
          bytes,
        }),
      );
    });
    request.on("error", fail);
    if (input.sent !== undefined) request.once("finish", input.sent);
    request.end(body ?? undefined);
  });
}
