import type { PublishEnd } from "../../broker.ts";
import { DeliveryError, isDeliveryError } from "../../errors.ts";
import { failed, messageOf, unknown } from "../ends.ts";

/** What a failure to connect means. */
export function explainConnecting(failure: unknown): DeliveryError {
  if (isDeliveryError(failure)) return failure;
  const said = messageOf(failure);
  // The client does not pass on why the server closes in place of opening; it does so for a virtual host that is missing or forbidden.
  const refused = /ACCESS[_-]REFUSED|NOT[_-]ALLOWED|SASL mechanism|got <ConnectionClose/.test(said);
  return new DeliveryError(
    refused ? "BROKER_CREDENTIALS" : "BROKER_UNREACHABLE",
    refused ? `RabbitMQ refuses the connection: ${said}` : `RabbitMQ cannot be reached: ${said}`,
    { cause: failure },
  );
}

/** What it means that an exchange or a queue could not be looked up or declared; null where the connection is to blame. */
export function explainTopology(failure: unknown): DeliveryError | null {
  if (isDeliveryError(failure)) return failure;
  const said = messageOf(failure);
  if (/\b403\b|ACCESS[_-]REFUSED/.test(said))
    return new DeliveryError("BROKER_CREDENTIALS", `RabbitMQ does not allow it: ${said}`, {
      cause: failure,
      remedy: "Give the user the permission that is named.",
    });
  if (/\b(404|405|406|540)\b/.test(said))
    return new DeliveryError("BROKER_MISCONFIGURED", `RabbitMQ has not what is needed: ${said}`, {
      cause: failure,
    });
  return null;
}

/** How a message ends whose channel was closed while its confirm was due. */
export function endOfLostChannel(failure: unknown, exchange: string): PublishEnd {
  const said = messageOf(failure ?? "the channel was closed");
  // The server names the exchange that is missing or forbidden: for its messages the fault is known, for the others of the window it is not.
  if (said.includes(`exchange '${exchange}'`) && /\b(403|404)\b/.test(said))
    return failed("misconfigured", "BROKER_MISCONFIGURED", `RabbitMQ does not take it: ${said}`, failure);
  return unknown(said, failure);
}
