import { consumer, correct } from "../consumers/base.mjs";

/** Its runbook is headings with nothing below them. */
export const call = consumer(correct);
