import type { Readable } from "node:stream";
import type { PolicyDocument } from "../../src/index.ts";
import type { OutboundOptions } from "../../src/outbound/outbound-options.ts";

/** A request in the terms that all clients share. */
export interface LawRequest {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Readable;
  readonly signal?: AbortSignal;
}

/** A response in the terms that all clients share. */
export interface LawAnswer {
  readonly status: number;
  text(): Promise<string>;
}

/** A client under a policy. Its pool has one connection only: whoever holds it stops all others. */
export type LawClient = (url: string, request?: LawRequest) => Promise<LawAnswer>;

/** How a client is made, and how it tells that its caller gave up. */
export interface LawSubject {
  make(policy: PolicyDocument, options?: OutboundOptions): LawClient;
  /** The error with which a call ends whose caller gave up for `reason`. */
  isAbort(error: unknown, reason: Error): boolean;
}

export const limits: { readonly timeout: number } = { timeout: 10_000 };

/** An answer with its body; what is left unread holds its place. */
export async function whole(
  answered: Promise<LawAnswer>,
): Promise<{ readonly status: number; readonly text: string }> {
  const { status, text } = await answered;
  return { status, text: await text() };
}

/** A policy that tries three times, with waits that a test has the patience for. */
export const thrice: PolicyDocument = {
  deadline: "5s",
  retry: { attempts: 3, backoff: { base: 1, cap: 5 } },
};
