import type { Clock } from "@holdfast/core";
import type { Attributes, Tracer } from "@opentelemetry/api";
import type { Broker, Outgoing, PublishEnd } from "../broker.ts";
import type { Instruments } from "./instruments.ts";
import { attribute } from "./names.ts";
import { ended, sendingSpan } from "./tracing.ts";

/** The same broker, whose publishing is measured and has a span. */
export function measuredBroker<B extends Pick<Broker, "kind" | "publish">>(
  broker: B,
  {
    counters,
    histograms,
    clock,
    tracer,
  }: Instruments & { readonly clock: Clock; readonly tracer: Tracer | null },
): B {
  const measured: Pick<Broker, "publish"> = {
    async publish(message: Outgoing): Promise<PublishEnd> {
      const startedMs = clock.monotonic();
      const span = tracer === null ? null : sendingSpan(tracer, broker.kind, message.envelope);
      const end = await broker.publish(message);
      ended(span, end.ok ? null : end.kind);
      const of: Attributes = {
        [attribute.system]: broker.kind,
        [attribute.operation]: "publish",
        [attribute.operationType]: "send",
        [attribute.messageType]: message.envelope.type,
        ...(end.ok ? {} : { [attribute.errorType]: end.kind }),
      };
      histograms.publishing.record((clock.monotonic() - startedMs) / 1_000, of);
      counters.sent.add(1, of);
      return end;
    },
  };
  // Everything else is the broker's own, what it computes when it is asked included.
  return Object.assign(Object.create(broker) as B, measured);
}
