import { type Protected, policy, resilient } from "../../src/index.ts";
import { coded } from "./coded.ts";

const forever = (): Promise<never> => new Promise(() => {});
const rejectsLater = (): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(coded("ECONNRESET")), 150));

async function code(end: Promise<unknown>): Promise<string> {
  return await end.then(
    () => "answered",
    (error: { readonly code: string }) => error.code,
  );
}

/** What a process does of which a test watches the end; each answers with what the process then writes. */
export const scenes: Readonly<Record<string, () => Promise<string>>> = {
  /** Nothing but the wait before a retry keeps the process alive. */
  async backoff() {
    let calls = 0;
    const retry = { attempts: 2, backoff: { base: "100ms", jitter: "none" } } as const;
    const call = resilient(policy({ idempotent: true, retry }), async () => {
      if (++calls === 1) throw coded("ECONNRESET");
      return `answered at attempt ${calls}`;
    });
    return await call();
  },

  /** Nothing but a deadline does, nor but an attempt's timeout, a place in a queue, a turn under a rate. */
  async timeouts() {
    const limit = { concurrent: 1, queue: 1, maxWait: "60ms" } as const;
    const rate = { calls: 1, per: "50ms", maxWait: "1s" } as const;
    const crowded = resilient(policy({ limit }), forever);
    const hasty = resilient(policy({ rate }), () => "answer");
    void crowded();
    void hasty();
    const codes = [
      code(resilient(policy({ deadline: "40ms" }), forever)()),
      code(resilient(policy({ attemptTimeout: "40ms" }), forever)()),
      code(resilient(policy({ deadline: "1h" }), forever).with({ deadlineMs: 40 })),
      code(crowded()),
      code(hasty()),
    ];
    return (await Promise.all(codes)).join(" ");
  },

  /** All is done long before any timer is due. */
  async finished() {
    const times = { deadline: "10m", attemptTimeout: "5m" } as const;
    const quick = resilient(policy(times), () => new Promise((resolve) => setImmediate(resolve, "quick")));
    const hangs: Protected<[], never> = resilient(policy(times), forever);
    const controller = new AbortController();
    const retry = { attempts: 3, backoff: { base: "5m", jitter: "none" } } as const;
    const waits = resilient(policy({ idempotent: true, retry }), rejectsLater);
    const ends = [hangs.with({ signal: controller.signal }), waits.with({ signal: controller.signal })].map(
      code,
    );
    await quick();
    await new Promise((resolve) => setTimeout(resolve, 200));
    controller.abort();
    return (await Promise.all(ends)).join(" ");
  },

  /** Functions reject when nobody waits for them any more. */
  async abandoned() {
    const rejects: (() => void)[] = [];
    const rejectsLater = (): Promise<never> =>
      new Promise((_, reject) => rejects.push(() => reject(coded("ECONNRESET"))));
    const controller = new AbortController();
    const times = { deadline: "10ms" } as const;
    const timed = resilient(policy(times), rejectsLater);
    const again = resilient(
      policy({ idempotent: true, attemptTimeout: "5ms", retry: { attempts: 3, backoff: { base: 0 } } }),
      rejectsLater,
    );
    const fallen = resilient(policy({ ...times, fallback: "own" }), rejectsLater, {
      fallback: { own: () => Promise.reject(new Error("no fallback")) },
    });
    const foreign = resilient(policy(times), () => ({
      // biome-ignore lint/suspicious/noThenProperty: a promise that another library made is what this is about
      then: (_: unknown, reject: (error: unknown) => void) => rejects.push(() => reject(coded("EPIPE"))),
    }));
    const crowded = resilient(policy({ limit: { concurrent: 1, queue: 9 } }), rejectsLater);
    const ends = [
      timed(),
      again(),
      fallen(),
      foreign(),
      timed.with({ signal: AbortSignal.abort("before") }),
      timed.with({ signal: controller.signal }),
      timed.outcome({}),
    ].map(code);
    const first = code(crowded());
    ends.push(code(crowded.with({ signal: controller.signal })));
    controller.abort(new Error("mine"));
    const codes = await Promise.all(ends);
    for (const reject of rejects) reject();
    codes.push(await first);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return codes.join(" ");
  },
};
