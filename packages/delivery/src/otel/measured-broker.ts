import type { Clock } from "@holdfast/core";
import type { Attributes } from "@opentelemetry/api";
import type { Broker, Outgoing, PublishEnd } from "../broker.ts";
import type { Instruments } from "./instruments.ts";
import { attribute } from "./names.ts";

/** The same broker, whose publishing is measured. */
export function measuredBroker<B extends Pick<Broker, "kind" | "publish">>(
  broker: B,
  { counters, histograms, clock }: Instruments & { readonly clock: Clock },
): B {
  const measured: Pick<Broker, "publish"> = {
    async publish(message: Outgoing): Promise<PublishEnd> {
      const startedMs = clock.monotonic();
      const end = await broker.publish(message);
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
