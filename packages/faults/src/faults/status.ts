import { flag, integer, number, object, oneOf, optional, record, text } from "@holdfast/core";
import { answerBytes, hasHeader } from "../answer-bytes.ts";
import { type DeclaredAnswer, defineFault, type Fault } from "../fault.ts";
import { httpDate } from "../http-date.ts";

/** What `retryAfter` may say. */
type RetryAfter = string | number | { readonly dateInMs: number };

/** Answers with a status in place of the provider, which never hears of the request. */
export const status: Fault = defineFault({
  kind: "status",
  at: "exchange",
  summary: "Reads the request and answers with a status in place of the provider, which never hears of it.",
  loses: true,
  params: {
    status: integer({ min: 200, max: 599, doc: "The status to answer with." }),
    headers: record(text({ doc: "", empty: true }), { default: {}, doc: "Headers to add, by name." }),
    body: optional(
      text({
        empty: true,
        doc: "The body; without it, the provider's dialect for this status, else a short JSON.",
      }),
    ),
    retryAfter: optional(
      oneOf(
        [
          number({ min: 0, doc: "Seconds, fractions allowed." }),
          text({ empty: true, doc: "Any text, malformed ones included." }),
          object({
            doc: "An HTTP date.",
            fields: {
              dateInMs: integer({
                doc: "The date lies this far ahead when the fault fires, or up to a second more.",
              }),
            },
          }),
        ],
        { doc: "The Retry-After header: seconds, a text, or a date computed when the fault fires." },
      ),
    ),
    keepAlive: flag({ default: true, doc: "Leaves the connection open for the next request." }),
  },
  act: (settings) => async (exchange) => {
    await exchange.requestRead();
    exchange.fired();
    const dialect = exchange.declared?.errors[String(settings.status)];
    const answer = statusAnswer(settings.status, settings.body, dialect);
    const wallMs = exchange.clock.wall();
    const headers: Record<string, string> = { ...answer.headers, ...settings.headers };
    if (settings.retryAfter !== undefined) headers["retry-after"] = retryAfter(settings.retryAfter, wallMs);
    if (!hasHeader(headers, "date")) headers["date"] = httpDate(wallMs);
    if (!settings.keepAlive) headers["connection"] = "close";
    await exchange.send(answerBytes(exchange.method, { ...answer, headers }));
    exchange.end(settings.keepAlive ? "keep" : "fin");
  },
});

/** A date is written in whole seconds: it is rounded up, lest up to a second less is asked than the experiment says. */
function retryAfter(value: RetryAfter, wallMs: number): string {
  if (typeof value !== "object") return String(value);
  return httpDate(Math.ceil((wallMs + value.dateInMs) / 1_000) * 1_000);
}

function statusAnswer(
  code: number,
  body: string | undefined,
  dialect: DeclaredAnswer | undefined,
): DeclaredAnswer {
  if (body === undefined && dialect !== undefined) return { ...dialect, status: code };
  const text = body ?? JSON.stringify({ error: { status: code, message: `injected status ${code}` } });
  return { status: code, headers: { "content-type": "application/json" }, body: text };
}
