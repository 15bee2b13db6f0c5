import { consumer, correct } from "../consumers/base.mjs";
import { correctBeside } from "../consumers/beside.mjs";
import { guardOfSeats } from "../consumers/seats.mjs";

/** Eight attempts at once for the whole process, whoever they go to; the others wait in one line. */
const guard = guardOfSeats(8);

export const call = consumer({ ...correct, guard });
export const beside = consumer({ ...correctBeside, guard });
