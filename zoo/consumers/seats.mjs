/** A limiter: so many attempts at once, the others wait in line. It stands around attempts: `guard: guardOfSeats(8)`. */
export function guardOfSeats(seats) {
  const line = [];
  let taken = 0;
  return async (attempt) => {
    if (taken < seats) taken += 1;
    else await new Promise((seated) => line.push(seated));
    try {
      return await attempt();
    } finally {
      const next = line.shift();
      if (next === undefined) taken -= 1;
      else next();
    }
  };
}
