import type { Certainty } from "./certainty.ts";
import type { KeptLine } from "./failure-group.ts";
import type { Finding } from "./finding.ts";
import type { Span } from "./otlp.ts";
import { sharedIds, unnumbered } from "./trace-attempts.ts";
import { kinds, skewMs, type TraceIndex, traceIndex } from "./trace-index.ts";
import { unlinkedConsumers, unlinkedProducers, unlinkedServers } from "./trace-messages.ts";
import { beforeTheirCause, unexplained } from "./trace-times.ts";

interface Rule {
  readonly certainty: Certainty;
  readonly says: (count: number) => string;
  readonly next: string;
  /** The spans that break it. */
  readonly broken: (index: TraceIndex) => readonly Span[];
}

const rules: readonly Rule[] = [
  {
    certainty: "certain",
    says: (count) =>
      `${told(count, "span names a parent", "spans name a parent")} that their trace does not hold`,
    next: "A service in between does not export its spans, or passes on ids that it did not use.",
    broken: orphans,
  },
  {
    certainty: "likely",
    says: (count) =>
      `${told(count, "server begins", "servers begin")} a trace of their own while another trace waits for their answer`,
    next: "Let the client send traceparent, and look for a proxy in between that takes it away.",
    broken: unlinkedServers,
  },
  {
    certainty: "certain",
    says: (count) =>
      `${told(count, "consumer begins", "consumers begin")} a trace of their own, without a link to the message's`,
    next: "Store the context with the message, and link or continue it where the message is processed.",
    broken: unlinkedConsumers,
  },
  {
    certainty: "likely",
    says: (count) =>
      `${told(count, "message is", "messages are")} named by no consumer, while consumers there name no message`,
    next: "Send traceparent in the headers of the message, and have the consumer read it.",
    broken: unlinkedProducers,
  },
  {
    certainty: "certain",
    says: (count) =>
      `${told(count, "span shares an id", "spans share an id")} with another one: attempts that cannot be told apart`,
    next: "Make the span inside of the retry, so that each attempt has its own.",
    broken: sharedIds,
  },
  {
    certainty: "certain",
    says: (count) =>
      `${told(count, "attempt after a failed one does", "attempts after a failed one do")} not say so (http.request.resend_count)`,
    next: "Set http.request.resend_count on the span of each further attempt.",
    broken: unnumbered,
  },
  {
    certainty: "certain",
    says: (count) =>
      `${told(count, "span begins", "spans begin")} before what they follow from: clocks differ, and durations across hosts mislead`,
    next: "Compare the clocks of the hosts (NTP) before the order of events is trusted.",
    broken: beforeTheirCause,
  },
  {
    certainty: "possible",
    says: (count) =>
      `${told(count, "span spends", "spans spend")} more than half of its time, and more than a second, where no span tells on what`,
    next: "Look for a call that is not instrumented there: a lock, a pool, a queue, a file.",
    broken: unexplained,
  },
  {
    certainty: "certain",
    says: (count) => `${told(count, "span does", "spans do")} not say whose they are (service.name)`,
    next: "Set service.name on the resource, or OTEL_SERVICE_NAME in the environment.",
    broken: ({ spans }) => spans.filter(({ service }) => /^unknown(?:_service\b.*)?$/.test(service)),
  },
];

/** Where traces are broken, and where work went on although its caller had left. */
export function traceBreaks(spans: readonly Span[], file: number): readonly Finding[] {
  const index = traceIndex(spans);
  const found = rules.flatMap(({ certainty, says, next, broken }): Finding[] => {
    const bad = broken(index);
    if (bad.length === 0) return [];
    const lines = bad.slice(0, 2).map((span) => lineOf(span, file));
    return [{ finder: "broken-correlation", certainty, says: says(bad.length), next, lines }];
  });
  return [...late(index, file), ...found];
}

function told(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/**
 * Spans whose parent is not there. A server or consumer at the top of what is seen of its trace was called from outside: only where the
 * trace has a beginning, there is something missing in between.
 */
function orphans({ spans, parentOf, hasRoot }: TraceIndex): readonly Span[] {
  return spans.filter((span) => {
    if (span.parentId === "" || parentOf(span) !== undefined) return false;
    const isEntry = span.kind === kinds.server || span.kind === kinds.consumer;
    return !isEntry || hasRoot(span.traceId);
  });
}

function late({ spans, parentOf }: TraceIndex, file: number): readonly Finding[] {
  const after = spans.flatMap((span) => {
    const parent = parentOf(span);
    const left =
      parent?.kind === kinds.client &&
      parent.failed &&
      span.kind === kinds.server &&
      span.toMs > parent.toMs + skewMs;
    return left ? [[parent, span] as const] : [];
  });
  if (after.length === 0) return [];
  return [
    {
      finder: "timeout-without-cancellation",
      certainty: "certain",
      says: `${told(after.length, "call was", "calls were")} worked on after their caller had given up`,
      next: "Pass the deadline on, and end the work when the connection closes.",
      lines: after.slice(0, 1).flatMap((pair) => pair.map((span) => lineOf(span, file))),
    },
  ];
}

function lineOf(span: Span, file: number): KeptLine {
  const { service, name, traceId, spanId, fromMs, toMs } = span;
  const text = JSON.stringify({
    service,
    name,
    traceId,
    spanId,
    durationMs: toMs - fromMs,
    ...span.attributes,
  });
  return { file, line: span.line, atMs: fromMs, text: text.slice(0, 500) };
}
