import type { Told } from "./entry.ts";

/** The names under which loggers tell the same thing, without case, dots, dashes and underlines. */
const namesOf: { readonly [Name in keyof Told]: readonly string[] } = {
  time: ["time", "ts", "timestamp", "attimestamp", "datetime", "date", "timeunixnano", "asctime"],
  level: ["level", "lvl", "severity", "severitytext", "loglevel", "levelname", "loglevelname"],
  message: ["message", "msg", "body", "bodystringvalue", "shortmessage"],
  service: ["service", "servicename", "app", "application", "resourceservicename", "component"],
  trace: ["traceid", "trace", "tracecontexttraceid", "ddtraceid", "otelTraceID".toLowerCase(), "traceparent"],
  span: ["spanid", "span", "ddspanid"],
  request: ["requestid", "reqid", "correlationid", "xrequestid", "callid", "transactionid", "conversationid"],
  dependency: [
    "provider",
    "dependency",
    "upstream",
    "downstream",
    "peerservice",
    "peer",
    "integration",
    "targetservice",
    "serveraddress",
    "netpeername",
    "upstreamhost",
    "dbsystem",
    "dbsystemname",
    "messagingsystem",
  ],
  operation: ["operation", "op", "operationname", "httproute", "route", "rpcmethod"],
  status: [
    "status",
    "statuscode",
    "httpstatus",
    "httpstatuscode",
    "httpresponsestatuscode",
    "responsestatus",
  ],
  errorCode: ["errorcode", "errcode", "errno", "errorerrno", "causecode", "errorcausecode"],
  code: ["code"],
  failureClass: [
    "failureclass",
    "failure",
    "errortype",
    "exceptiontype",
    "errorname",
    "errname",
    "errtype",
    "errorkind",
  ],
  event: ["event", "eventname", "eventtype"],
  reason: [
    "reason",
    "cause",
    "error",
    "err",
    "errormessage",
    "errmessage",
    "errmsg",
    "exception",
    "exceptionmessage",
    "statusmessage",
    "errorcausemessage",
  ],
  attempt: ["attempt", "attemptnumber", "try", "retry", "retrycount", "httprequestresendcount"],
  attempts: ["attempts", "tries", "attemptstotal"],
  durationMs: ["durationms", "elapsedms", "spentms", "latencyms", "tookms", "responsetimems", "responsetime"],
  from: ["from", "fromstate", "oldstate"],
  to: ["to", "tostate", "newstate"],
  effect: ["order", "orderid", "effectkey", "paymentid", "invoice", "invoiceid", "bookingid"],
  effectId: ["charge", "chargeid", "transaction", "receipt", "receiptid"],
  key: ["idempotencykey"],
  messageId: ["messageid", "msgid", "messagingmessageid", "jobid", "eventid"],
  deliveries: ["deliveries", "deliverycount", "deliveryattempt", "redeliveries", "receivecount"],
  method: ["method", "httpmethod", "httprequestmethod"],
  path: ["path", "url", "uri", "httptarget", "urlpath", "urlfull", "requesturi"],
};

const known: ReadonlyMap<string, keyof Told> = new Map(
  Object.entries(namesOf).flatMap(([name, others]) =>
    others.map((other) => [other, name as keyof Told] as const),
  ),
);

/** Names that were seen, so that a name is folded once and not once a line. */
const seen = new Map<string, keyof Told | null>();
const seenMax = 4_000;

/** What a field of this name tells, or `null`. */
export function fieldNamed(name: string): keyof Told | null {
  const before = seen.get(name);
  if (before !== undefined) return before;
  const folded =
    name.length > 60
      ? ""
      : name
          .replace(/^@/, "at")
          .replaceAll(/[._\- ]/g, "")
          .toLowerCase();
  const field = known.get(folded) ?? null;
  if (seen.size < seenMax) seen.set(name, field);
  return field;
}

/** Objects whose own fields are looked into: what stands in others is the business of whoever logged it. */
export const opened: ReadonlySet<string> = new Set([
  "error",
  "err",
  "exception",
  "http",
  "response",
  "request",
  "attributes",
  "resource",
  "fields",
  "context",
  "data",
  "trace",
  "span",
  "service",
  "log",
  "order",
  "url",
  "cause",
]);
