import { consumer, correct } from "../consumers/base.mjs";
import { correctBeside } from "../consumers/beside.mjs";
import { guardOfSeats } from "../consumers/seats.mjs";

/** Eight attempts at once for each of two providers. */
export const call = consumer({ ...correct, guard: guardOfSeats(8) });
export const beside = consumer({ ...correctBeside, guard: guardOfSeats(8) });
