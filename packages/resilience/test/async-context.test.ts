import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, it } from "node:test";
import { policy, resilient } from "../src/index.ts";
import { coded, world } from "./support/world.ts";

const caller = new AsyncLocalStorage<string>();
const names = ["anna", "ben", "cleo"];

/** Calls of three callers at once; answers, for each attempt, who made the call and in whose context its function ran. */
async function attemptsOf(
  document: Parameters<typeof resilient>[0] & object,
  work: (attempt: number) => Promise<string>,
): Promise<
  readonly { readonly made: string; readonly ranIn: string | undefined; readonly attempt: number }[]
> {
  const { clock, runtime } = world();
  const seen: { made: string; ranIn: string | undefined; attempt: number }[] = [];
  const call = resilient(
    document as { readonly name: string },
    (context, made: string) => {
      seen.push({ made, ranIn: caller.getStore(), attempt: context.attempt });
      return work(context.attempt);
    },
    { runtime },
  );
  await clock.run(() => Promise.all(names.map((name) => caller.run(name, () => call.outcome({}, name)))));
  return seen;
}

const own = (all: Awaited<ReturnType<typeof attemptsOf>>): void => {
  for (const { made, ranIn, attempt } of all) assert.equal(ranIn, made, `attempt ${attempt} of ${made}`);
};

describe("the async context of a call", () => {
  it("is its caller's in every attempt, although retries begin at a shared timer", async () => {
    const seen = await attemptsOf(
      policy({ name: "context.retry", retry: { attempts: 3, on: ["connect-failure"] } }),
      async () => {
        throw Object.assign(coded("ECONNREFUSED"), { syscall: "connect" });
      },
    );
    assert.equal(seen.length, 9);
    own(seen);
  });

  it("is its caller's after an attempt that timed out", async () => {
    const document = policy({
      name: "context.timeout",
      attemptTimeout: "1s",
      idempotent: true,
      retry: { attempts: 2 },
    });
    const seen = await attemptsOf(document, () => new Promise(() => {}));
    assert.equal(seen.length, 6);
    own(seen);
  });

  it("is its caller's where a call waited for the place of another, or for its turn", async () => {
    const limit = policy({ name: "context.limit", limit: { concurrent: 1, queue: 5 } });
    own(await attemptsOf(limit, async () => "answer"));
    const rate = policy({ name: "context.rate", rate: { calls: 1, maxWait: "10s" } });
    const seen = await attemptsOf(rate, async () => "answer");
    assert.equal(seen.length, 3);
    own(seen);
  });

  it("is its caller's in the fallback of a call whose deadline came", async () => {
    const { clock, runtime } = world();
    const ranIn: (string | undefined)[] = [];
    const call = resilient(
      policy({ name: "context.fallback", deadline: "1s", fallback: "other" }),
      () => new Promise<string>(() => {}),
      { runtime, fallback: { other: () => void ranIn.push(caller.getStore()) } },
    );
    await clock.run(() => Promise.all(names.map((name) => caller.run(name, () => call()))));
    assert.deepEqual(ranIn, names);
  });
});
