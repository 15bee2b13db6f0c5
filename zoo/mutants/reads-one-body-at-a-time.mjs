import { consumer, correct } from "../consumers/base.mjs";

let last = Promise.resolve();

/** Reads the body of one request at a time: while a slow one comes in, all others wait. */
export const reading = (_, read) => {
  const turn = last.then(read);
  last = turn.catch(() => {});
  return turn;
};
export const call = consumer(correct);
