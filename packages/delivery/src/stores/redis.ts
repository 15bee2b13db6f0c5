import { createHash } from "node:crypto";
import { DeliveryError } from "../errors.ts";
import type { Condition, Entry, IdempotencyStore, RecordDraft, Seen, Steps } from "../idempotency/record.ts";
import { redisFailure } from "./redis/failure.ts";
import { insertScript, readScript, replaceScript } from "./redis/scripts.ts";

/** The part of a client that is used: of ioredis `call`, of node-redis `sendCommand`. It connects and reconnects by itself. */
export type RedisClient =
  | { call(command: string, ...args: string[]): Promise<unknown> }
  | { sendCommand(args: readonly string[]): Promise<unknown> };

/** Settings of the Redis store. */
export interface RedisOptions {
  /** What every key's name begins with. Default: `holdfast:idempotency:`. */
  readonly prefix?: string;
  /** How long an answer may take, in milliseconds: clients hold commands back while they reconnect. Default: 5,000. */
  readonly answerTimeoutMs?: number;
}

const states = ["running", "completed", "failed"] as const;

/**
 * Idempotency keys in Redis (from 6.2), through a client that is yours: for the modes `lease` and `cache`. Every operation is one script on one
 * key, on the server's clock. What Redis was told survives a crash only with `appendfsync always`, a failover not even then, and an eviction
 * policy other than `noeviction` may take a key at any time: then a request runs again. Where that must not be, keep keys in the database.
 */
export function redis(client: RedisClient, options: RedisOptions = {}): IdempotencyStore {
  const send = sender(client);
  const prefix = options.prefix ?? "holdfast:idempotency:";
  const limitMs = options.answerTimeoutMs ?? 5_000;
  const run = async (script: string, entry: Entry, args: readonly string[]): Promise<unknown> =>
    answered(limitMs, evaluate(send, script, nameOf(prefix, entry), args));
  return {
    kind: "redis",
    guarantees: { durable: false, transactional: false },
    database: null,
    records: {
      find: async (entry) => seenOf(await run(readScript, entry, [])),
      insert: async (entry, draft) => (await run(insertScript, entry, writtenOf(draft))) === 1,
      replace: async (entry, condition, draft) =>
        (await run(replaceScript, entry, [
          ...conditionOf(condition),
          ...(draft === null ? [] : writtenOf(draft)),
        ])) === 1,
    },
  };
}

/** The length tells scope and key apart, whatever characters they have. */
function nameOf(prefix: string, { scope, key }: Entry): string {
  return `${prefix}${scope.length}:${scope}:${key}`;
}

type Send = (args: readonly string[]) => Promise<unknown>;

function sender(client: RedisClient): Send {
  // ioredis has a `sendCommand` too, which takes something else.
  if ("call" in client && typeof client.call === "function")
    return ([command = "", ...args]) => client.call(command, ...args);
  if ("sendCommand" in client && typeof client.sendCommand === "function")
    return (args) => client.sendCommand(args);
  throw new DeliveryError("CONFIGURATION", "redis() takes a client of ioredis or of node-redis.");
}

const shas = new Map<string, string>();

function shaOf(script: string): string {
  const known = shas.get(script) ?? createHash("sha1").update(script).digest("hex");
  shas.set(script, known);
  return known;
}

async function evaluate(send: Send, script: string, name: string, args: readonly string[]): Promise<unknown> {
  try {
    return await send(["EVALSHA", shaOf(script), "1", name, ...args]);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
    return send(["EVAL", script, "1", name, ...args]);
  }
}

function answered<T>(limitMs: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new DeliveryError("STORE_UNREACHABLE", `Redis did not answer within ${limitMs} ms.`)),
      limitMs,
    );
    answer.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(redisFailure(error));
      },
    );
  });
}

function conditionOf(condition: Condition): readonly string[] {
  return [condition.token, condition.kind === "held" ? "held" : String(condition.untilMs)];
}

function writtenOf(draft: RecordDraft): readonly string[] {
  const { response, leaseMs, ttlMs } = draft;
  const record = {
    fingerprint: draft.fingerprint,
    attempt: draft.attempt,
    steps: draft.steps,
    response: response === null ? null : { ...response, body: encoded(response.body) },
  };
  return [
    draft.token,
    String(states.indexOf(draft.state)),
    String(leaseMs),
    String(ttlMs),
    JSON.stringify(record),
  ];
}

function encoded(body: Uint8Array | null): string | null {
  return body === null ? null : Buffer.from(body).toString("base64");
}

interface Written {
  readonly fingerprint: string;
  readonly attempt: number;
  readonly steps: Steps;
  readonly response: (Omit<NonNullable<Seen["response"]>, "body"> & { readonly body: string | null }) | null;
}

function seenOf(answer: unknown): Seen | null {
  if (!Array.isArray(answer) || answer.length < 6) return null;
  const [nowMs, token, state, untilMs, expiresMs, text] = answer.map(String) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const { response, ...rest } = JSON.parse(text) as Written;
  return {
    ...rest,
    token,
    state: states[Number(state)] ?? "failed",
    response:
      response === null
        ? null
        : { ...response, body: response.body === null ? null : Buffer.from(response.body, "base64") },
    nowMs: Number(nowMs),
    untilMs: Number(untilMs),
    expiresMs: Number(expiresMs),
  };
}
