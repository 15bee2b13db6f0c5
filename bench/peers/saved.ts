import { ConsecutiveBreaker, circuitBreaker, handleAll } from "cockatiel";
import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { OpossumBreaker } from "../resilience/opossum.ts";
import { type Defect, ours, type Run, type Seen } from "./scenario.ts";
import { ended, fails, later } from "./support.ts";

const openMs = 250;
const longMs = 350;

/** A breaker made long before it opens, saved as it opens and taken up at once by another. */
async function takenUp(call: (work: () => Promise<string>) => Promise<unknown>): Promise<Seen> {
  const refused = (await ended(call(async () => "answer"))).value !== "answer";
  await later(longMs);
  const over = (await ended(call(async () => "answer"))).value === "answer";
  return {
    right: refused && over,
    seen: `${refused ? "open" : "not open"} after it was taken up, ${over ? "over" : "still open"} after its time`,
  };
}

const cockatielSaved: Run = async () => {
  const make = (initialState?: unknown) =>
    circuitBreaker(handleAll, {
      halfOpenAfter: openMs,
      breaker: new ConsecutiveBreaker(1),
      ...(initialState === undefined ? {} : { initialState }),
    });
  const before = make();
  await later(longMs);
  await ended(before.execute(fails));
  const after = make(JSON.parse(JSON.stringify(before)));
  return await takenUp((work) => after.execute(work));
};

const opossumSaved: Run = async () => {
  const action = (work: () => unknown): unknown => work();
  const before = new OpossumBreaker(action, { resetTimeout: openMs });
  await later(longMs);
  await ended(before.fire(fails));
  const { state } = JSON.parse(JSON.stringify(before)) as { readonly state: unknown };
  before.shutdown();
  const after = new OpossumBreaker(action, { resetTimeout: openMs, state });
  const seen = await takenUp((work) => after.fire(work));
  after.shutdown();
  return seen;
};

const ownSaved: Run = async () => {
  const document = policy({
    name: "saved",
    breaker: { consecutive: 1, open: { base: openMs, cap: 1_000, jitter: 0 } },
  });
  const [before, after] = [createRuntime(), createRuntime()];
  const work = (_context: unknown, inner: () => Promise<string>): Promise<string> => inner();
  const fail = resilient(document, work, { runtime: before });
  await later(longMs);
  await ended(fail(fails));
  after.restore(JSON.parse(JSON.stringify(before.save())));
  before.dispose();
  const seen = await takenUp(resilient(document, work, { runtime: after }));
  after.dispose();
  return seen;
};

/** Circuits that are saved. */
export const savedDefects: readonly Defect[] = [
  {
    id: "T14",
    what: "An opening that is saved and taken up by another process ends when it would have ended.",
    runs: { cockatiel: cockatielSaved, opossum: opossumSaved, [ours]: ownSaved },
  },
];
