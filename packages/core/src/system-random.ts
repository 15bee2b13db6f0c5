/** A fresh seed for a run, short enough to type: from 1 to 2^31−1. */
export function freshSeed(): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return (word % (2 ** 31 - 1)) + 1;
}
