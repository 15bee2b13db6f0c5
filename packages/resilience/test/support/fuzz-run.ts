import assert from "node:assert/strict";
import type { Call } from "../../src/call/call.ts";
import {
  type CallContext,
  type CallOptions,
  type PolicyDocument,
  type Protected,
  resilient,
} from "../../src/index.ts";
import { assertAtRest, assertCountsAgree, pendingCalls } from "./at-rest.ts";
import { act, type Deed, type Surroundings } from "./fuzz-functions.ts";
import { controllers, type Meddling, type PlannedCall, type Run, type Step } from "./fuzz-plan.ts";
import { type World, world } from "./world.ts";

/** What was seen over all runs, so that a property that never got anywhere shows. */
export interface Seen {
  readonly codes: Set<string>;
  readonly phases: Set<string>;
  readonly events: Set<string>;
}

type FuzzCall = Protected<[id: number, planned: PlannedCall], unknown>;

/** One run: plays what was drawn, and holds every call against what it was promised. */
export class FuzzRun {
  readonly #run: Run;
  readonly #seen: Seen;
  readonly #world: World;
  readonly #controllers: AbortController[] = Array.from({ length: controllers }, () => new AbortController());
  readonly #compiled: FuzzCall[];
  readonly #ends: Promise<void>[] = [];
  readonly #objects: Set<Call> = new Set();
  readonly #atEnd: (() => void)[] = [];
  readonly #over: { readonly promise: Promise<void>; readonly resolve: () => void } = Promise.withResolvers();
  /** How often the function of each call was called. */
  readonly #invoked: number[] = [];
  /** The calls of each policy whose functions run: a place is a call's, with as many functions as it has abandoned. */
  readonly #running: Map<number, number>[] = [new Map(), new Map(), new Map()];
  /** What was seen to be wrong where an exception would only be one more failure of a function. */
  readonly #broken: string[] = [];
  /** Calls made inside calls, in all: each of them could make another. */
  #inside = 0;
  #quiet: () => void = () => {};

  constructor(run: Run, seen: Seen) {
    this.#run = run;
    this.#seen = seen;
    this.#world = world({ seed: run.seed, turns: run.turns, report: () => {} });
    this.#compiled = run.documents.map((document, index) => this.#compile(document, index));
    this.#meddle();
  }

  async play(): Promise<void> {
    const { clock, runtime, events } = this.#world;
    for (const each of this.#run.steps) {
      await clock.advance(each.ms);
      this.#take(each);
      this.#look();
    }
    await clock.advance(3_600_000);
    this.#over.resolve();
    for (const work of this.#atEnd) work();
    await clock.advance(3_600_000);
    this.#look();
    await Promise.all(this.#ends);
    // From here on circuits change because they are looked at.
    this.#quiet();
    assert.deepEqual(this.#broken, []);

    assertAtRest(
      runtime,
      this.#controllers.map(({ signal }) => signal),
    );
    assertCountsAgree(runtime, events);
    for (const { type } of events) this.#seen.events.add(type);
  }

  #take(step: Step): void {
    const { runtime } = this.#world;
    if (step.do === "call") this.#start(step.call);
    if (step.do === "abort") this.#abort(step.controller);
    if (step.do === "force") runtime.force(`policy ${step.policy}`, step.to);
    if (step.do === "dispose") runtime.dispose();
  }

  #abort(index: number): void {
    this.#controllers[index]?.abort(new Error("given up"));
  }

  /** Makes a call and watches how it ends. */
  #start(planned: PlannedCall, around: Pick<CallOptions, "parent"> = {}): Promise<unknown> {
    const { clock } = this.#world;
    const id = this.#invoked.push(0) - 1;
    const { policy, controller, deadlineMs } = planned;
    const signal = controller === null ? undefined : this.#controllers[controller]?.signal;
    const options = { ...around, ...(signal && { signal }), ...(deadlineMs !== null && { deadlineMs }) };
    const begunAt = clock.monotonic();
    const isAborted = signal?.aborted === true;
    const outcome = (this.#compiled[policy] as FuzzCall).outcome(options, id, planned);
    const checked = outcome.then((end) => {
      this.#seen.codes.add(end.ok ? "answered" : end.error.code);
      if (end.ok) assert.equal((end.value as { readonly id: number }).id, id, "a call gets its own answer");
      else this.#assertAttempts(end.error.attempts, this.#invoked[id] ?? 0);
      if (isAborted) assert.equal(this.#invoked[id], 0, "nothing is begun for who has given up before");
      this.#assertInTime(planned, end.ok, clock.monotonic() - begunAt);
      this.#forbidMore(id);
    });
    this.#ends.push(checked);
    return outcome;
  }

  /** A listener may end a call between the beginning of an attempt and that of its function. */
  #assertAttempts(attempts: number, invoked: number): void {
    const missing = this.#run.meddling.length > 0 ? [0, 1] : [0];
    assert.ok(
      missing.includes(attempts - invoked),
      `${attempts} attempts, the function was called ${invoked} times`,
    );
  }

  #assertInTime({ policy, deadlineMs }: PlannedCall, ok: boolean, tookMs: number): void {
    const { deadline, timeouts, fallback } = this.#run.documents[policy] as PolicyDocument;
    // A fallback takes its own time, and a function that is only asked to end may take as long as it likes.
    if (timeouts === "cooperative" || fallback !== undefined) return;
    const allowedMs = Math.min(
      Number(deadline ?? Number.POSITIVE_INFINITY),
      deadlineMs ?? Number.POSITIVE_INFINITY,
    );
    assert.ok(
      tookMs <= Math.max(0, allowedMs),
      `${ok ? "answered" : "failed"} after ${tookMs} ms of ${allowedMs}`,
    );
  }

  /** Once a call has ended its function is not called again. */
  #forbidMore(id: number): void {
    const invoked = this.#invoked[id];
    this.#atEnd.push(() => assert.equal(this.#invoked[id], invoked, "no attempt after the end"));
  }

  #compile(document: PolicyDocument, index: number): FuzzCall {
    const name = `policy ${index}`;
    const fallback = async (_error: unknown, id: number): Promise<unknown> => {
      await this.#world.work(id % 7);
      if (id % 3 === 0) throw new Error("no fallback");
      return { id };
    };
    return resilient(
      Object.freeze({ ...document, name }) as PolicyDocument,
      (context: CallContext, id: number, planned: PlannedCall) => this.#invoke(context, id, planned),
      {
        runtime: this.#world.runtime,
        fallback: { own: fallback },
        classify: {
          own: ({ threw }: { threw: boolean }) => (threw ? { class: "ambiguous", counts: true } : null),
        },
        key: { half: (id: number) => String(id % 2) },
      } as never,
    ) as unknown as FuzzCall;
  }

  #invoke(context: CallContext, id: number, planned: PlannedCall): unknown {
    const { policy } = planned;
    this.#invoked[id] = (this.#invoked[id] ?? 0) + 1;
    const { limit } = this.#run.documents[policy] as PolicyDocument;
    const mostRunning = (limit?.concurrent ?? Number.POSITIVE_INFINITY) * (limit?.key === undefined ? 1 : 2);
    this.#count(policy, id, 1);
    if ((this.#running[policy]?.size ?? 0) > mostRunning)
      this.#broken.push("more calls run than there are places");
    const deed = planned.deeds[(context.attempt - 1) % planned.deeds.length] as Deed;
    try {
      const answer = act(deed, context, { id }, this.#around(planned));
      const end = (): void => this.#count(policy, id, -1);
      if (answer instanceof Promise) answer.then(end, end);
      else end();
      return answer;
    } catch (error) {
      this.#count(policy, id, -1);
      throw error;
    }
  }

  #count(policy: number, id: number, by: number): void {
    const running = this.#running[policy] as Map<number, number>;
    const count = (running.get(id) ?? 0) + by;
    if (count === 0) running.delete(id);
    else running.set(id, count);
  }

  #around(planned: PlannedCall): Surroundings {
    const { work } = this.#world;
    return {
      work,
      over: this.#over.promise,
      atEnd: (what) => void this.#atEnd.push(what),
      abortOwn: () => this.#abort(planned.controller ?? 0),
      callInside: async (policy, parent) => {
        if (this.#inside++ >= 6) return;
        const inner = { ...planned, policy, controller: null, deadlineMs: null };
        await this.#start(inner, parent === null ? {} : { parent });
      },
    };
  }

  /** Listeners that do what listeners should not. */
  #meddle(): void {
    const heard = new Map<string, number>();
    this.#quiet = this.#world.runtime.observe(({ type }) => {
      const nth = (heard.get(type) ?? 0) + 1;
      heard.set(type, nth);
      for (const each of this.#run.meddling) {
        if (each.type === type && each.nth === nth) this.#meddleAs(each);
      }
    });
  }

  #meddleAs(meddling: Meddling): void {
    if (meddling.do === "abort")
      for (const controller of this.#controllers) controller.abort(new Error("given up"));
    if (meddling.do === "call") void this.#start(meddling.call);
    if (meddling.do === "dispose") this.#world.runtime.dispose();
    // What has not even a text.
    if (meddling.do === "throw") throw Object.create(null);
  }

  #look(): void {
    for (const call of pendingCalls(this.#world.runtime)) this.#objects.add(call);
    for (const { phase } of this.#objects) this.#seen.phases.add(phase);
  }
}
