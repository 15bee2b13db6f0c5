import {
  type LimitedRetry,
  permanent,
  type SagaDefinition,
  type StandardSchema,
  saga,
} from "@holdfast/delivery";
import { z } from "zod";
import { Shipped } from "./messages.ts";
import type { Provider } from "./provider.ts";

/** What a saga is started with. */
export interface OrderInput {
  readonly id: string;
  readonly refused: boolean;
}

const input: StandardSchema<OrderInput> = z.object({ id: z.string(), refused: z.boolean() });
const quick: LimitedRetry = { attempts: 3, baseMs: 30, factor: 1, capMs: 30, jitter: "none" };

/** Two steps that can be undone, a pivot that some inputs refuse, and a wait for a message of its own. */
export function orderSaga(provider: Provider): SagaDefinition<OrderInput> {
  return saga("crash-order", input)
    .step("reserve", {
      do: (_state, { key }) => provider.call(key, "reserve"),
      undo: (_state, _result, { key }) => void provider.call(key, "release"),
      retry: quick,
    })
    .step("authorize", {
      do(_state, { key, attempt }) {
        if (attempt === 1) throw new Error("fails once");
        return provider.call(key, "authorize");
      },
      undo: (_state, _result, { key }) => void provider.call(key, "void"),
      retry: quick,
    })
    .pivot("capture", {
      do({ id, refused }, { key, publish }) {
        if (refused) throw permanent(new Error("the card was refused"));
        publish(Shipped({ of: id }));
        return provider.call(key, "capture");
      },
    })
    .wait("shipped", { for: Shipped, match: ({ of: id }) => id, by: "1d", else: "escalate" });
}
