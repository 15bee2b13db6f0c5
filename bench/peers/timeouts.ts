import { TimeoutStrategy, timeout } from "cockatiel";
import { Agent, request } from "undici";
import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { provider } from "./provider.ts";
import { onRetriers } from "./retriers.ts";
import { type Defect, ours, type Run, type Runs, type Seen } from "./scenario.ts";
import { counted, ended, forever, later, reset, watch } from "./support.ts";
import { onTimeouts } from "./timed.ts";

const tooLongMs = 2 ** 31;

const longTimeouts = onTimeouts(tooLongMs, async (timed) => {
  const { value } = await ended(timed.call(() => later(100).then(() => "answer")));
  const kept = value === "answer";
  return { right: kept, seen: kept ? "the timeout is kept" : "timed out at once" };
});

const longWaits = onRetriers(async (retrier) => {
  let attempts = 0;
  const controller = new AbortController();
  const work = (): Promise<never> => {
    attempts++;
    return Promise.reject(reset());
  };
  const call = watch(retrier(work, { attempts: 2, waitMs: tooLongMs, signal: controller.signal }));
  await later(250);
  const waits = attempts === 1 && !call.ended;
  controller.abort();
  return { right: waits, seen: waits ? "the wait is kept" : "tried again at once" };
});

/** Both, on libraries that have both. */
function together(one: Runs, other: Runs): Runs {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])] as (keyof Runs)[];
  const both = names.map((name): [string, Run] => {
    const runs = [one[name], other[name]].filter((run) => run !== undefined);
    const run = async (): Promise<Seen> => {
      const all: Seen[] = [];
      for (const each of runs) all.push(await each());
      return { right: all.every(({ right }) => right), seen: all.map(({ seen }) => seen).join(", ") };
    };
    return [name, run];
  });
  return Object.fromEntries(both);
}

const touched = (aborted: boolean): string => (aborted ? "aborted" : "untouched");
const reason = new Error("the user left");

async function toldApart(
  call: (signal: AbortSignal) => Promise<unknown>,
  timeouts = (): number => 0,
): Promise<Seen> {
  const controller = new AbortController();
  const end = watch(call(controller.signal));
  await later(40);
  controller.abort(reason);
  await end.end;
  const { error } = end as { readonly error: Error };
  const kept = error === reason || error.cause === reason;
  const right = kept && timeouts() === 0;
  return {
    right,
    seen: right ? "an abort, with its reason" : `${counted(timeouts(), "timeout")} told; “${error.message}”`,
  };
}

/** Timeouts, and the signals that tell of them. */
export const timeoutDefects: readonly Defect[] = [
  {
    id: "T4",
    what: "A caller's abort is told apart from a timeout, and its reason comes through.",
    runs: {
      cockatiel: async () => {
        const timed = timeout(1_000, TimeoutStrategy.Aggressive);
        let told = 0;
        timed.onTimeout(() => void told++);
        return await toldApart(
          (signal) => timed.execute(forever, signal),
          () => told,
        );
      },
      undici: async () => {
        const played = await provider(() => {});
        const dispatcher = new Agent({ headersTimeout: 1_000 });
        const seen = await toldApart((signal) => request(played.url, { dispatcher, signal }));
        await dispatcher.destroy();
        await played.close();
        return seen;
      },
      [ours]: async () => {
        const runtime = createRuntime();
        const document = policy({ name: "apart", deadline: 1_000, attemptTimeout: 900 });
        const call = resilient(document, forever, { runtime });
        const seen = await toldApart((signal) => call.with({ signal }));
        runtime.dispose();
        return seen;
      },
    },
  },
  {
    id: "T5",
    what: "A timeout or a wait of 2^31 ms, more than one native timer holds, does not fire at once.",
    runs: together(longTimeouts, longWaits),
  },
  {
    id: "T29",
    what: "What a function rejects with after its call has timed out is nobody's unhandled rejection.",
    runs: onTimeouts(20, async (timed) => {
      const work = async (): Promise<never> => {
        await later(60);
        throw reset();
      };
      const { error } = await ended(timed.call(work));
      await later(80);
      return { right: error !== undefined, seen: "timed out, and nothing else" };
    }),
  },
  {
    id: "T30",
    what: "The timeout of one call neither aborts another nor makes a later one begin aborted.",
    runs: onTimeouts(200, async (timed) => {
      const first = watch(timed.call(forever));
      await later(100);
      let beside = false;
      const second = watch(
        timed.call(async (signal) => {
          await first.end;
          await later(10);
          beside = signal.aborted;
        }),
      );
      await Promise.all([first.end, second.end]);
      let after = false;
      await ended(
        timed.call(async (signal) => {
          after = signal.aborted;
        }),
      );
      const seen = `the call beside it ${touched(beside)}, the next ${touched(after)}`;
      return { right: !beside && !after, seen };
    }),
  },
  {
    id: "T31",
    what: "An answer that goes on, such as a body, is not aborted because its call returned, and is at its deadline.",
    runs: {
      cockatiel: async () => {
        const strategy = TimeoutStrategy.Aggressive;
        const byDefault = timeout(150, strategy);
        const keeping = timeout(150, { strategy, abortOnReturn: false });
        const cut = await byDefault.execute(({ signal }) => signal);
        const kept = await keeping.execute(({ signal }) => signal);
        const atReturn = [cut.aborted, kept.aborted];
        await later(250);
        const words = `${atReturn[0] ? "aborted as it returned" : "kept"}; with abortOnReturn: false ${
          kept.aborted ? "aborted at the deadline" : "never aborted"
        }`;
        return { right: !atReturn[1] && kept.aborted, seen: words };
      },
      [ours]: async () => {
        const runtime = createRuntime();
        const document = policy({ name: "body", deadline: 150 });
        const call = resilient(
          document,
          (context) => {
            context.hold();
            return context.signal;
          },
          { runtime },
        );
        const signal = await call();
        const atReturn = signal.aborted;
        await later(250);
        const atDeadline = signal.aborted;
        runtime.dispose();
        const right = !atReturn && atDeadline;
        return { right, seen: right ? "held: kept, then aborted at the deadline" : "not kept" };
      },
    },
  },
];
