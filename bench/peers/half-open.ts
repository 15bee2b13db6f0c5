import { type Circuit, onCircuits } from "./circuits.ts";
import type { Defect } from "./scenario.ts";
import { abortError, counted, ended, fails, forever, later, reset, watch } from "./support.ts";

const settings = { failures: 1, openMs: 50 } as const;
const halfOpenMs = 90;

/** Fails once, and waits until the opening is over. */
async function halfOpen(circuit: Circuit): Promise<void> {
  await ended(circuit.call(fails));
  await later(halfOpenMs);
}

/** What happens while a circuit is half-open. */
export const halfOpenDefects: readonly Defect[] = [
  {
    id: "T8",
    what: "A late failure from before the opening neither reopens a half-open circuit nor loses the probe's success.",
    runs: onCircuits(settings, async (circuit) => {
      const [late, probe] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const lateEnd = watch(circuit.call(() => late.promise));
      await halfOpen(circuit);
      const probeEnd = watch(circuit.call(() => probe.promise));
      late.reject(reset());
      await lateEnd.end;
      const between = circuit.state();
      probe.resolve();
      await probeEnd.end;
      const after = circuit.state();
      return {
        right: between === "half-open" && after === "closed",
        seen: `${between} after the late failure, ${after} after the probe`,
      };
    }),
  },
  {
    id: "T10",
    what: "While a probe hangs, other callers are not left waiting for it.",
    runs: onCircuits(settings, async (circuit) => {
      await halfOpen(circuit);
      watch(circuit.call(forever));
      const others = Array.from({ length: 100 }, () => watch(circuit.call(forever)));
      await later(30);
      const refused = others.filter(({ error }) => error !== undefined).length;
      return { right: refused === 100, seen: `${refused} of 100 refused, ${100 - refused} left waiting` };
    }),
  },
  {
    id: "T15",
    what: "A late success from before the opening does not close a circuit whose probe still hangs.",
    runs: onCircuits(settings, async (circuit) => {
      const late = Promise.withResolvers<void>();
      const lateEnd = watch(circuit.call(() => late.promise));
      await halfOpen(circuit);
      watch(circuit.call(forever));
      late.resolve();
      await lateEnd.end;
      const state = circuit.state();
      return { right: state === "half-open", seen: `${state} after the late success` };
    }),
  },
  {
    id: "T17",
    what: "Where no timeout is declared, a probe that hangs does not block recovery: after a while another is let through.",
    runs: onCircuits(settings, async (circuit) => {
      await halfOpen(circuit);
      watch(circuit.call(forever));
      await later(6 * settings.openMs);
      let passed = false;
      const next = watch(circuit.call(() => (passed = true)));
      await later(30);
      if (passed) return { right: true, seen: "the next probe passed" };
      return { right: false, seen: next.ended ? "still refused" : "the next call waits too" };
    }),
  },
  {
    id: "T23",
    what: "A probe whose caller gives up neither closes the circuit nor keeps the probe's place.",
    runs: onCircuits(
      { ...settings, isFailure: (error) => (error as Error).name !== "AbortError" },
      async (circuit) => {
        await halfOpen(circuit);
        const controller = new AbortController();
        const { promise, reject } = Promise.withResolvers<never>();
        controller.signal.addEventListener("abort", () => reject(abortError()));
        const probe = watch(circuit.call(() => promise, controller.signal));
        controller.abort();
        await probe.end;
        const state = circuit.state();
        let passed = false;
        await ended(circuit.call(() => (passed = true)));
        const next = passed ? "the next probe passed" : "the next call was refused";
        return { right: state === "half-open" && passed, seen: `${state} after it, ${next}` };
      },
    ),
  },
  {
    id: "T24",
    what: "Of many that come at once when the circuit becomes half-open, only the probe reaches the provider.",
    runs: onCircuits(settings, async (circuit) => {
      await halfOpen(circuit);
      let begun = 0;
      const probe = Promise.withResolvers<void>();
      const work = (): Promise<void> => {
        begun++;
        return probe.promise;
      };
      const all = Array.from({ length: 50 }, () => watch(circuit.call(work)));
      await later(20);
      const during = begun;
      probe.resolve();
      await Promise.all(all.map(({ end }) => end));
      return { right: during === 1, seen: `${during} of 50 began while it was half-open` };
    }),
  },
  {
    id: "T25",
    what: "Failures that come together open the circuit once, and it becomes half-open when that opening is over.",
    runs: onCircuits(settings, async (circuit) => {
      const together = Promise.withResolvers<void>();
      const all = Array.from({ length: 20 }, () => watch(circuit.call(() => together.promise)));
      together.reject(reset());
      await Promise.all(all.map(({ end }) => end));
      await later(halfOpenMs);
      const next = await ended(circuit.call(() => "answer"));
      const answered = next.value === "answer";
      return {
        right: circuit.openings() === 1 && answered,
        seen: `${counted(circuit.openings(), "opening")}, the next call ${answered ? "passed" : "was refused"}`,
      };
    }),
  },
];
