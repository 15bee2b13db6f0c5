import { readJson, valueAt } from "./body-fields.ts";
import type { Exchange } from "./exchange.ts";
import type { ExchangeRecord, StoredHeaders } from "./model.ts";
import type { Redactor } from "./redaction.ts";

/** What is known about the proxy that an exchange passed. */
export interface RecordContext {
  readonly proxy: string;
  readonly integration: string;
  readonly redactor: Redactor;
  /** Ids of calls to look for. */
  readonly expected: Iterable<string>;
  /** Bodies of requests are stored too. */
  readonly recordBodies: boolean;
}

/** The record of an exchange as it stands, secrets replaced. */
export function exchangeRecord(exchange: Exchange, context: RecordContext): ExchangeRecord {
  const { response, fault } = exchange;
  return {
    type: "exchange",
    id: exchangeId(exchange, context.proxy),
    proxy: context.proxy,
    integration: context.integration,
    operation: exchange.operation?.name ?? null,
    armedCall: exchange.armedCall,
    connection: exchange.connection,
    ordinal: exchange.ordinal,
    arrivedMs: exchange.arrivedMs,
    requestCompleteMs: exchange.requestCompleteMs,
    request: requestRecord(exchange, context),
    fault: fault === null ? null : { spec: fault.spec, step: fault.step },
    firedMs: exchange.firedMs,
    faultCompleteMs: exchange.faultCompleteMs,
    delivered: exchange.delivered,
    provider:
      exchange.providerStatus === null
        ? null
        : { status: exchange.providerStatus, doneMs: exchange.providerDoneMs },
    response:
      response === null
        ? null
        : {
            status: response.head.status,
            headers: storedHeaders(response.head.fields, context.redactor),
            bodyBytes: response.bodyBytes,
            firstByteMs: response.firstByteMs,
            completeMs: response.completeMs,
          },
    consumerClosed: exchange.consumerClosed,
    end: exchange.end,
  };
}

/** The id of an exchange, unique in the run as long as the proxy's name is. */
export function exchangeId(exchange: Exchange, proxy: string): string {
  return `${proxy}.${exchange.connection}.${exchange.ordinal}`;
}

function requestRecord(exchange: Exchange, context: RecordContext): ExchangeRecord["request"] {
  const { redactor } = context;
  const bodyDigest = exchange.body.digest(redactor);
  return {
    method: exchange.head.method,
    target: redactor.text(exchange.head.target),
    headers: storedHeaders(exchange.head.fields, redactor),
    bodyBytes: exchange.body.bytes,
    digest: requestDigest(exchange, bodyDigest, redactor),
    bodyDigest,
    fields: declaredFields(exchange, redactor),
    mentions: mentionsOf(exchange, context.expected),
    ...(exchange.hostSent === null ? {} : { hostSent: exchange.hostSent }),
    ...(context.recordBodies ? { body: redactor.text(exchange.body.whole()?.toString() ?? "") } : {}),
  };
}

function requestDigest({ headBytes, body }: Exchange, bodyDigest: string, redactor: Redactor): string {
  return redactor.fingerprint(
    body.bytes === 0 ? headBytes : Buffer.concat([headBytes, Buffer.from(bodyDigest)]),
  );
}

function storedHeaders(fields: readonly string[], redactor: Redactor): StoredHeaders {
  const stored: [string, string][] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = (fields[at] as string).toLowerCase();
    stored.push([name, redactor.header(name, fields[at + 1] as string)]);
  }
  return stored;
}

/** Where providers are known to take an idempotency key in the body, for operations that declare none. */
const knownKeyPointers = ["/idempotency_key", "/idempotencyKey", "/idempotency-key"] as const;

/** A glance at the bytes, so that bodies without such a field are not parsed. */
function mayHoldKey({ body, operation }: Exchange): boolean {
  if (operation?.idempotencyKey != null) return false;
  const whole = body.whole();
  return (
    whole !== null && Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).includes("dempotency")
  );
}

/** The values of the declared body fields (effect key, key in the body), before redaction. */
export function declaredValues(exchange: Exchange): ReadonlyMap<string, string> {
  const { operation } = exchange;
  const values = new Map<string, string>();
  const pointers = [operation?.effectKey, operation?.idempotencyKey].filter(
    (pointer): pointer is string => pointer?.startsWith("/") === true,
  );
  const body = pointers.length > 0 || mayHoldKey(exchange) ? exchange.body.whole() : null;
  if (body === null) return values;
  if (operation?.idempotencyKey == null) pointers.push(...knownKeyPointers);
  const document = readJson(body);
  for (const pointer of pointers) {
    const value = valueAt(document, pointer);
    if (value !== null) values.set(pointer, value);
  }
  return values;
}

function declaredFields(exchange: Exchange, redactor: Redactor): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [pointer, value] of declaredValues(exchange)) fields[pointer] = redactor.fingerprint(value);
  return fields;
}

/** The expected calls whose id is found in target, headers or body. */
export function mentionsOf(exchange: Exchange, expected: Iterable<string>): readonly string[] {
  const ids = [...expected];
  if (ids.length === 0) return [];
  const head = exchange.headBytes.toString("latin1");
  const body = exchange.body.whole();
  return ids.filter((id) => {
    if (head.includes(id) || body?.includes(id) === true) return true;
    const encoded = encodeURIComponent(id);
    return encoded !== id && head.includes(encoded);
  });
}
