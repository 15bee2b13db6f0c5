import fc from "fast-check";
import type { CallContext } from "../../src/index.ts";
import { coded } from "./coded.ts";

/** What the function of a call does at one of its attempts. */
export type Deed = { readonly ms: number; readonly error: ErrorKind } & (
  | { readonly do: "answer" | "throw" | "answer later" | "reject later" | "heed the signal" | "hang" }
  | {
      readonly do:
        | "settle twice"
        | "answer untouchable"
        | "abort at once"
        | "abort and throw"
        | "dispose at once"
        | "read late";
    }
  | { readonly do: "hold"; readonly sync: boolean; readonly release: "well" | "badly" | "twice" | "never" }
  | { readonly do: "call inside"; readonly policy: number; readonly asParent: boolean }
);

export const errorKinds: readonly ErrorKind[] = [
  "reset",
  "refused",
  "busy",
  "throttled",
  "bad request",
  "aborted",
  "nothing",
  "mistake",
];
type ErrorKind =
  | "reset"
  | "refused"
  | "busy"
  | "throttled"
  | "bad request"
  | "aborted"
  | "nothing"
  | "mistake";

const ms = fc.oneof(fc.constantFrom(0, 1, 5), fc.integer({ min: 0, max: 150 }));
const error = fc.constantFrom(...errorKinds, "reset", "reset", "refused");

/** Deeds of every kind; answers and resets prevail, as they do in life. */
export const deeds: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom("answer", "throw", "answer later", "answer later", "reject later", "reject later"),
      ms,
      error,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "heed the signal",
        "hang",
        "settle twice",
        "answer untouchable",
        "abort at once",
        "abort and throw",
        "dispose at once",
        "read late",
        "read late",
      ),
      ms,
      error,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("hold"),
      sync: fc.boolean(),
      release: fc.constantFrom("well", "badly", "twice", "never"),
      ms,
      error,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("call inside"),
      policy: fc.nat(2),
      asParent: fc.boolean(),
      ms,
      error,
    }),
  },
) as fc.Arbitrary<Deed>;

/** The error of a kind, as a provider or a programmer makes it. */
export function errorOfKind(kind: ErrorKind): unknown {
  switch (kind) {
    case "reset":
      return coded("ECONNRESET");
    case "refused":
      return coded("ECONNREFUSED");
    case "busy":
      return Object.assign(new Error("busy"), { status: 503, headers: { "retry-after": "0.02" } });
    case "throttled":
      return Object.assign(new Error("slower"), { status: 429 });
    case "bad request":
      return Object.assign(new Error("bad"), { status: 400 });
    case "aborted":
      return Object.assign(new Error("aborted"), { name: "AbortError" });
    case "nothing":
      return undefined;
    case "mistake":
      return new TypeError("undefined is not a function");
  }
}

/** What a function needs of the world around it. */
export interface Surroundings {
  work(ms: number, signal?: AbortSignal): Promise<void>;
  /** Settles when all is over. */
  readonly over: Promise<void>;
  /** Done when all is over. */
  atEnd(work: () => void): void;
  abortOwn(): void;
  /** Disposes the runtime, in runs in which functions do. */
  disposeOwn(): void;
  /** Looks at the signal of an attempt that may be over. */
  readLate(context: CallContext): void;
  callInside(policy: number, parent: CallContext | null): Promise<unknown>;
}

/** Does a deed; `answer` is what tells this call from all others. */
export function act(deed: Deed, context: CallContext, answer: object, around: Surroundings): unknown {
  const { ms: time } = deed;
  switch (deed.do) {
    case "answer":
      return answer;
    case "throw":
      throw errorOfKind(deed.error);
    case "answer later":
      return around.work(time).then(() => answer);
    case "reject later":
      return around.work(time).then(() => Promise.reject(errorOfKind(deed.error)));
    case "heed the signal":
      return around.work(time * 2, context.signal).then(() => answer);
    case "hang":
      return around.over.then(() => answer);
    case "settle twice":
      return thenable(answer);
    case "answer untouchable":
      return untouchable();
    case "abort at once":
      void context.signal;
      around.abortOwn();
      return around.work(time).then(() => answer);
    case "abort and throw":
      around.abortOwn();
      throw errorOfKind(deed.error);
    case "dispose at once":
      around.disposeOwn();
      if (time < 20) throw errorOfKind(deed.error);
      return around.over.then(() => answer);
    case "read late":
      return around.work(time).then(async () => {
        around.readLate(context);
        await around.work(time, context.signal);
        return answer;
      });
    case "hold":
      return held(deed, context, answer, around);
    case "call inside":
      return around.callInside(deed.policy, deed.asParent ? context : null).then(() => answer);
  }
}

function held(
  { ms: time, sync, release, error: kind }: Extract<Deed, { do: "hold" }>,
  context: CallContext,
  answer: object,
  { work, atEnd }: Surroundings,
): unknown {
  const let_go = context.hold();
  const done = (): void =>
    let_go(release === "badly" ? (errorOfKind(kind) ?? new Error("broke off")) : undefined);
  if (release === "never") atEnd(done);
  else void work(time).then(done);
  if (release === "twice") void work(time + 1).then(done);
  return sync ? answer : work(1).then(() => answer);
}

function thenable(answer: object): unknown {
  return {
    // biome-ignore lint/suspicious/noThenProperty: a promise that keeps no rules is what this is about
    then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
      resolve(answer);
      resolve("another answer");
      reject(new Error("late"));
    },
  };
}

function untouchable(): unknown {
  return {
    // biome-ignore lint/suspicious/noThenProperty: an answer that cannot be looked at is what this is about
    get then(): never {
      throw coded("ECONNRESET");
    },
  };
}
