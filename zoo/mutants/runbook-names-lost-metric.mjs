import { consumer, correct } from "../consumers/base.mjs";

/** Its runbook has a query for a metric that it does not export. */
export const call = consumer(correct);
