import type { Clock } from "@holdfast/core";
import type { ChannelModel } from "amqplib";
import { type DeliveryError, isDeliveryError } from "../../errors.ts";
import { onScratchChannel } from "./connection.ts";
import type { Topology } from "./topology.ts";

/**
 * Which exchanges are there. Publishing to one that is missing closes the channel and leaves everything on it unknown: one route's fault
 * would be paid for by all the others. So each exchange is asked for once per connection, on a channel of its own.
 */
export interface ExchangeBook {
  /** `asking`: the answer is on its way. An error: it is missing, and will be asked for again after a while. */
  look(exchange: string): "there" | "asking" | DeliveryError;
}

/** How long a missing exchange is taken to be missing. */
const missingMs = 1_000;

/** A book for one connection. */
export function createExchangeBook({
  model,
  topology,
  clock,
  onAnswer,
}: {
  readonly model: ChannelModel;
  readonly topology: Topology;
  readonly clock: Clock;
  readonly onAnswer: () => void;
}): ExchangeBook {
  const answers = new Map<
    string,
    "there" | "asking" | { readonly error: DeliveryError; readonly untilMs: number }
  >([["", "there"]]);

  const ask = async (exchange: string): Promise<void> => {
    answers.set(exchange, "asking");
    try {
      await onScratchChannel(model, (channel) => topology.exchange(channel, exchange));
      answers.set(exchange, "there");
    } catch (failure) {
      const error = isDeliveryError(failure) ? failure : null;
      // A connection that breaks meanwhile brings a new book.
      if (error === null || error.code === "BROKER_UNREACHABLE") answers.delete(exchange);
      else answers.set(exchange, { error, untilMs: clock.monotonic() + missingMs });
      if (error?.code === "BROKER_UNREACHABLE") return;
    }
    onAnswer();
  };

  return {
    look(exchange) {
      const answer = answers.get(exchange);
      if (typeof answer === "string") return answer;
      if (answer !== undefined && clock.monotonic() < answer.untilMs) return answer.error;
      void ask(exchange);
      return "asking";
    },
  };
}
