import { consumer, correctRead } from "../consumers/base.mjs";
import { guardOfSeats } from "../consumers/seats.mjs";

/** A read of which eight attempts at most are under way at once: the others wait for a seat. */
export const call = consumer({
  ...correctRead,
  guard: guardOfSeats(8),
});
