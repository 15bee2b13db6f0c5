import { mock } from "node:test";
import { ConsecutiveBreaker, circuitBreaker, ExponentialBackoff, handleAll } from "cockatiel";
import { virtualClock } from "../../packages/core/src/testing.ts";
import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { OpossumBreaker } from "../resilience/opossum.ts";
import { onCircuits } from "./circuits.ts";
import { pRetryRetrier, type Retrier, undiciRetrier } from "./retriers.ts";
import { type Defect, ours, type Run, type Seen } from "./scenario.ts";
import { ended, fails, later, watch } from "./support.ts";

const answers = async (): Promise<string> => "answer";
const hourMs = 3_600_000;

/** A circuit that has a way to be tried. */
type Call = (work: () => Promise<string>) => Promise<unknown>;

const openMs = 300;

/** When a circuit that is open lets a call pass; `NaN` where it does not in four times its time. */
async function passesAt(call: Call): Promise<number> {
  const lastMs = performance.now() + 4 * openMs;
  while ((await ended(call(answers))).value !== "answer") {
    if (performance.now() > lastMs) return Number.NaN;
    await later(4);
  }
  return performance.now();
}

/** Opens many circuits at one moment, and looks when each lets the next call pass. */
async function spread(make: () => Call): Promise<Seen> {
  const circuits = Array.from({ length: 20 }, make);
  await Promise.all(circuits.map((call) => ended(call(fails))));
  const times = await Promise.all(circuits.map(passesAt));
  const right = Math.max(...times) - Math.min(...times) > openMs / 10;
  return { right, seen: right ? "20 circuits probe one after the other" : "20 circuits probe together" };
}

/** One failure opens it, so the defaults of its opening are what is left. */
const opossumSpread: Run = async () => {
  const all: OpossumBreaker[] = [];
  const seen = await spread(() => {
    const circuit = new OpossumBreaker((work: () => unknown) => work(), {
      timeout: false,
      resetTimeout: openMs,
    });
    all.push(circuit);
    return (work) => circuit.fire(work);
  });
  for (const circuit of all) circuit.shutdown();
  return seen;
};

const cockatielSpread: Run = () =>
  spread(() => {
    const halfOpenAfter = new ExponentialBackoff({ initialDelay: openMs, maxDelay: 4 * openMs });
    const circuit = circuitBreaker(handleAll, { halfOpenAfter, breaker: new ConsecutiveBreaker(1) });
    return (work) => circuit.execute(work);
  });

const ownSpread: Run = async () => {
  const runtime = createRuntime();
  const seen = await spread(() => {
    const breaker = { consecutive: 1, open: { base: openMs } };
    const call = resilient(policy({ breaker }), (_context, work: () => Promise<string>) => work(), {
      runtime,
    });
    return (work) => call(work);
  });
  runtime.dispose();
  return seen;
};

/** An opening of an hour in a test. */
async function anHour(call: Call, passTime: () => Promise<void> | void, how: string): Promise<Seen> {
  await ended(call(fails));
  const refused = (await ended(call(answers))).value !== "answer";
  await passTime();
  const over = (await ended(call(answers))).value === "answer";
  return {
    right: refused && over,
    seen: over
      ? `an opening of an hour is over at once, by ${how}`
      : `an opening of an hour goes on in spite of ${how}`,
  };
}

/** Plays a scenario with the globals that tell the time in the hands of the test. */
async function withFakedTime(play: () => Promise<Seen>): Promise<Seen> {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: Date.now() });
  try {
    return await play();
  } finally {
    mock.timers.reset();
  }
}

const pass = (): void => mock.timers.tick(hourMs + 1_000);

const fakedOpening =
  (make: () => { readonly call: Call; end(): void }): Run =>
  () =>
    withFakedTime(async () => {
      const { call, end } = make();
      const seen = await anHour(call, pass, "faked globals");
      end();
      return seen;
    });

/** Lets what is under way go on, on its sockets too: these turns are not faked. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((goOn) => setImmediate(goOn));
}

/** A wait of an hour before a retry, where there are no openings. */
const fakedWait =
  (retrier: Retrier): Run =>
  () =>
    withFakedTime(async () => {
      let attempts = 0;
      const work = (): Promise<string> => (++attempts === 1 ? fails() : answers());
      const { signal } = new AbortController();
      const call = watch(retrier(work, { attempts: 2, waitMs: hourMs, signal }));
      await turns(2_000);
      const waited = !call.ended && attempts === 1;
      // What comes over a socket may come later than any number of turns.
      for (let hours = 0; hours < 20 && !call.ended; hours++) {
        pass();
        await turns(500);
      }
      const over = call.value === "answer";
      const seen = over ? "is over at once, by faked globals" : "goes on in spite of faked globals";
      return { right: waited && over, seen: `a wait of an hour ${seen}` };
    });

const ownHour: Run = async () => {
  const clock = virtualClock();
  const runtime = createRuntime({ clock });
  const breaker = { consecutive: 1, open: { base: hourMs, cap: hourMs, jitter: 0 } };
  const document = policy({ name: "hour", breaker });
  const call = resilient(document, (_context, work: () => Promise<string>) => work(), { runtime });
  const seen = await anHour(call, () => clock.advance(hourMs + 1_000), "a clock that is passed in");
  runtime.dispose();
  return seen;
};

/** Openings and windows by the clock. */
export const clockDefects: readonly Defect[] = [
  {
    id: "T40",
    what: "Circuits that open together can be kept from probing together: chance makes their openings differ.",
    runs: { cockatiel: cockatielSpread, opossum: opossumSpread, [ours]: ownSpread },
  },
  {
    id: "T42",
    what: "A wall clock that is set back again and again does not empty the window: the failures in it open the circuit.",
    runs: onCircuits({ failures: 30, openMs: 10_000, windowMs: 10_000 }, async (circuit) => {
      const { now } = Date;
      let backMs = 0;
      try {
        Date.now = () => now() - backMs;
        for (let made = 0; made < 30; made++) {
          await ended(circuit.call(fails));
          backMs += 60_000;
        }
        const state = circuit.state();
        return { right: state === "open", seen: `${state} after 30 failures, the clock set back after each` };
      } finally {
        Date.now = now;
      }
    }),
  },
  {
    id: "T43",
    what: "Nobody has to wait for time in a test: it can be passed in, or at least faked.",
    longestMs: 20_000,
    runs: {
      cockatiel: fakedOpening(() => {
        const breaker = new ConsecutiveBreaker(1);
        const circuit = circuitBreaker(handleAll, { halfOpenAfter: hourMs, breaker });
        return { call: (work) => circuit.execute(work), end() {} };
      }),
      opossum: fakedOpening(() => {
        const circuit = new OpossumBreaker((work: () => unknown) => work(), {
          timeout: false,
          resetTimeout: hourMs,
        });
        return { call: (work) => circuit.fire(work), end: () => circuit.shutdown() };
      }),
      "p-retry": fakedWait(pRetryRetrier),
      undici: fakedWait(undiciRetrier),
      [ours]: ownHour,
    },
  },
];
