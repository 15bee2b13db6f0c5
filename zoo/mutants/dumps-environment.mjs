import { consumer, correct } from "../consumers/base.mjs";

export const call = consumer(correct);

/** Logs its configuration at start, with everything that is in the environment. */
export const onStart = (log) => log({ event: "started", configuration: process.env });
