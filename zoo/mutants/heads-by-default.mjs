import { consumer, correct } from "../consumers/base.mjs";

/** Leaves the times of its server as Node sets them: a minute for a head, looked at twice a minute. */
export const limits = {
  headersTimeout: 60_000,
  requestTimeout: 300_000,
  connectionsCheckingInterval: 30_000,
};
export const call = consumer(correct);
