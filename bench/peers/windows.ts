import { type Circuit, onCircuits } from "./circuits.ts";
import type { Defect } from "./scenario.ts";
import { ended, fails, later } from "./support.ts";

const answers = async (): Promise<string> => "answer";

async function times(count: number, circuit: Circuit, work: () => unknown): Promise<void> {
  for (let made = 0; made < count; made++) await ended(circuit.call(work));
}

/** CPU time of one failed call in µs: the least of some rounds, because what else runs can only add to it. */
async function microsPerFailure(circuit: Circuit): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    await times(10, circuit, fails);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 10);
  }
  return least;
}

/** What a circuit remembers, for how long, and what that costs. */
export const windowDefects: readonly Defect[] = [
  {
    id: "T2",
    what: "A pause longer than the window empties it: failures from before the pause do not open the circuit.",
    runs: onCircuits({ failures: 5, openMs: 10_000, windowMs: 200 }, async (circuit) => {
      await times(4, circuit, fails);
      await later(450);
      await times(1, circuit, fails);
      const paused = circuit.state();
      // All five in one window must open it, or the scenario shows nothing.
      await times(5, circuit, fails);
      return {
        right: paused === "closed" && circuit.state() === "open",
        seen: `${paused} after 4 failures, a pause and 1 failure`,
      };
    }),
  },
  {
    id: "T11",
    what: "An opening ends in time though somebody sets the wall clock back by an hour.",
    runs: onCircuits({ failures: 1, openMs: 60 }, async (circuit) => {
      await times(1, circuit, fails);
      const { now } = Date;
      try {
        Date.now = () => now() - 3_600_000;
        await later(150);
        const passed = (await ended(circuit.call(answers))).value === "answer";
        return { right: passed, seen: passed ? "ended in time" : "still open after its time" };
      } finally {
        Date.now = now;
      }
    }),
  },
  {
    id: "T22",
    what: "What a failed call costs does not grow with the number of calls in the window.",
    runs: onCircuits({ failures: 1_000_000, openMs: 1_000, windowMs: 600_000 }, async (circuit) => {
      await times(200, circuit, fails);
      const few = await microsPerFailure(circuit);
      await times(10_000, circuit, answers);
      const many = await microsPerFailure(circuit);
      const right = many < 5 * few + 5;
      return { right, seen: right ? "the same with 10,000 calls" : "over 5 times as much with 10,000 calls" };
    }),
  },
  {
    id: "T41",
    what: "Once a circuit has closed, failures from before its opening do not open it again.",
    runs: onCircuits({ failures: 5, openMs: 50 }, async (circuit) => {
      await times(5, circuit, fails);
      await later(90);
      await times(1, circuit, answers);
      const probed = circuit.state();
      await times(1, circuit, fails);
      const after = circuit.state();
      return {
        right: probed === "closed" && after === "closed",
        seen: `${after} after one failure`,
      };
    }),
  },
];
