import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Clock } from "@holdfast/core";
import { hasBody, hasHeader } from "./answer-bytes.ts";
import type { DeclaredAnswer } from "./fault.ts";
import type { ProxyRecord } from "./model.ts";
import type { ProviderOperation } from "./operation-match.ts";
import type { Redactor } from "./redaction.ts";
import { type StubRequest, stubAnswers } from "./stub-answers.ts";

/** What a stub provider answers, and where it tells what went wrong with it. */
export interface StubOptions {
  readonly integration: string;
  readonly operations: readonly ProviderOperation[];
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** Fills in the templates of declared answers to a request. */
  readonly render: (template: string, request: StubRequest) => string;
  readonly record: (record: ProxyRecord) => void;
}

/** A running stub provider. */
export interface StubProvider {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Kept-alive connections outlast every pause of an experiment: an idle close would be a fault that nobody asked for. */
const keepAliveMs = 600_000;

/** Starts a provider that answers what the operations declare, and executes nothing twice for one idempotency key. */
export async function startStub(options: StubOptions): Promise<StubProvider> {
  const answerTo = stubAnswers(options.operations, options.render);
  const settings = { keepAliveTimeout: keepAliveMs, requestTimeout: 0, headersTimeout: 0, noDelay: true };
  const server = createServer(settings, (request, response) => {
    readRequest(request)
      .then((read) => send(request, response, answerTo(read)))
      .catch((failure: unknown) => {
        if (request.destroyed && !request.complete) return; // The consumer went away in the middle of its request.
        options.record(problem(options, failure));
        response.destroy();
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(request: IncomingMessage): Promise<StubRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  return {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    header: (name) => {
      const value = request.headers[name];
      return value === undefined ? null : String(value);
    },
    body,
    bodyDigest: createHash("sha256").update(body).digest("hex"),
  };
}

function send(request: IncomingMessage, response: ServerResponse, answer: DeclaredAnswer): void {
  const body = Buffer.from(answer.body);
  const kept = Object.entries(answer.headers).filter(([name]) => name.toLowerCase() !== "content-length");
  const headers = Object.fromEntries(kept);
  const withBody = hasBody(request.method ?? "GET", answer.status);
  if (withBody && !hasHeader(headers, "content-type")) headers["content-type"] = "application/json";
  if (withBody) headers["content-length"] = String(body.length);
  response.writeHead(answer.status, headers);
  response.end(withBody ? body : undefined);
}

function problem(options: StubOptions, failure: unknown): ProxyRecord {
  const told = failure instanceof Error ? failure.message : String(failure);
  return {
    type: "proxy-problem",
    proxy: `${options.integration}.stub`,
    atMs: options.clock.monotonic(),
    code: "STUB_FAILED",
    message: options.redactor.text(`The stub provider failed: ${told}`),
  };
}
