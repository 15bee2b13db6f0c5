import type { PublishEnd } from "../../broker.ts";
import { confirmed, failed } from "../ends.ts";

/** The status that stands in place of an answer when nobody listens to a subject. */
export const noResponders = 503;

/** How a message ended, from the stream's answer to it: a JSON document, or a status when no stream listens. Total. */
export function endOfPubAck(statusCode: number, answer: string, subject: string): PublishEnd {
  if (statusCode === noResponders)
    return failed(
      "misconfigured",
      "BROKER_MISCONFIGURED",
      `No stream takes ${JSON.stringify(subject)}, or JetStream is off (503 no responders).`,
    );
  const ack = parsed(answer);
  if (ack === null)
    return failed("unknown", "BROKER_UNREACHABLE", `The answer for ${subject} is no JetStream confirm.`);
  if (ack.error !== undefined) return endOfError(ack.error, subject);
  if (typeof ack.stream !== "string" || ack.stream === "")
    return failed("unknown", "BROKER_UNREACHABLE", `The answer for ${subject} names no stream.`);
  return ack.duplicate === true ? { ok: true, duplicate: true } : confirmed;
}

interface PubAck {
  readonly stream?: unknown;
  readonly duplicate?: unknown;
  readonly error?: {
    readonly code?: unknown;
    readonly err_code?: unknown;
    readonly description?: unknown;
  };
}

/** Errors of JetStream, by their `err_code` (nats-server, server/errors.json), that are not what their status makes of them. */
const kinds: Readonly<Record<number, "misconfigured" | "down" | "rejected">> = {
  // The message went to another stream than it was meant for; JetStream is not on for the account; no such stream.
  10060: "misconfigured",
  10039: "misconfigured",
  10076: "misconfigured",
  10059: "misconfigured",
  // The stream is sealed, or does not take what carries an id or headers.
  10109: "misconfigured",
  // Too large for the stream; headers too large.
  10054: "rejected",
  10097: "rejected",
  // Full (discard new), no space, no resources, no leader, too many under way: it pushes back.
  10077: "down",
  10047: "down",
  10023: "down",
  10028: "down",
  10002: "down",
  10167: "down",
};

function endOfError(error: NonNullable<PubAck["error"]>, subject: string): PublishEnd {
  const description = String(error.description ?? "no description").slice(0, 500);
  // The server sends what the storage said where it has no number of its own: maximum messages or bytes exceeded.
  const full = /maximum (messages|bytes)|insufficient (storage|resources)|resources exceeded/.test(
    description,
  );
  const kind = full
    ? "down"
    : (kinds[Number(error.err_code)] ?? (Number(error.code) >= 500 ? "down" : "rejected"));
  const code = {
    misconfigured: "BROKER_MISCONFIGURED",
    down: "BROKER_UNREACHABLE",
    rejected: "MESSAGE_TOO_LARGE",
  } as const;
  return failed(
    kind,
    kind === "rejected" && !/size|large|header/.test(description) ? "BROKER_MISCONFIGURED" : code[kind],
    `JetStream does not take a message on ${subject}: ${description} (${String(error.err_code ?? error.code)}).`,
    error,
  );
}

function parsed(answer: string): PubAck | null {
  try {
    const value: unknown = JSON.parse(answer);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}
