import assert from "node:assert/strict";
import type { Call } from "../../src/call/call.ts";
import {
  type CallContext,
  type CallOptions,
  type Failure,
  type PolicyDocument,
  type Protected,
  resilient,
} from "../../src/index.ts";
import { assertAtRest, assertCountsAgree, pendingCalls } from "./at-rest.ts";
import { act, type Deed, type Surroundings } from "./fuzz-functions.ts";
import { Ledger } from "./fuzz-ledger.ts";
import { controllers, type Meddling, type PlannedCall, type Run, type Step } from "./fuzz-plan.ts";
import { type World, world } from "./world.ts";

/** What was seen over all runs, so that a property that never got anywhere shows. */
export interface Seen {
  readonly codes: Set<string>;
  readonly phases: Set<string>;
  readonly events: Set<string>;
}

type FuzzCall = Protected<[id: number, planned: PlannedCall], unknown>;

/** One run: plays what was drawn, and writes down what comes of it. */
export class FuzzRun {
  readonly #run: Run;
  readonly #seen: Seen;
  readonly #world: World;
  readonly #ledger: Ledger;
  readonly #controllers: AbortController[] = Array.from({ length: controllers }, () => new AbortController());
  readonly #compiled: readonly FuzzCall[];
  readonly #ends: Promise<void>[] = [];
  readonly #objects: Set<Call> = new Set();
  readonly #atEnd: (() => void)[] = [];
  readonly #over: { readonly promise: Promise<void>; readonly resolve: () => void } = Promise.withResolvers();
  /** Calls made inside calls, in all: each of them could make another. */
  #inside = 0;
  #quiet: () => void = () => {};

  constructor(run: Run, seen: Seen) {
    this.#run = run;
    this.#seen = seen;
    this.#world = world({ seed: run.seed, turns: run.turns, report: () => {} });
    this.#ledger = new Ledger(run.documents, () => this.#world.clock.monotonic());
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

    assert.deepEqual([...this.#ledger.broken], []);
    assertAtRest(
      runtime,
      this.#controllers.map(({ signal }) => signal),
    );
    assertCountsAgree(runtime, events);
    for (const { type } of events) this.#seen.events.add(type);
  }

  #take(step: Step): void {
    const { runtime } = this.#world;
    if (step.do === "call") void this.#start(step.call);
    if (step.do === "call and abort") {
      void this.#start(step.call);
      this.#abort(step.call.controller ?? 0);
    }
    if (step.do === "abort") this.#abort(step.controller);
    if (step.do === "force") runtime.force(`policy ${step.policy}`, step.to);
    if (step.do === "dispose") {
      this.#ledger.disposes();
      runtime.dispose();
    }
  }

  #abort(index: number): void {
    this.#ledger.aborts(index);
    this.#controllers[index]?.abort(new Error("given up"));
  }

  /** Makes a call and watches how it ends. */
  #start(planned: PlannedCall, around: Pick<CallOptions, "parent"> = {}): Promise<unknown> {
    const { controller, deadlineMs } = planned;
    const signal = controller === null ? undefined : this.#controllers[controller]?.signal;
    const options = { ...around, ...(signal && { signal }), ...(deadlineMs !== null && { deadlineMs }) };
    const id = this.#ledger.begin(planned);
    const outcome = (this.#compiled[planned.policy] as FuzzCall).outcome(options, id, planned);
    const watched = outcome.then((end) => {
      this.#seen.codes.add(end.ok ? "answered" : end.error.code);
      // A listener may end a call between the beginning of an attempt and that of its function.
      this.#ledger.ends(id, end, this.#run.meddling.length > 0 ? 1 : 0);
    });
    this.#ends.push(watched);
    return outcome;
  }

  #compile(document: PolicyDocument, index: number): FuzzCall {
    const fallback = async (_error: unknown, id: number): Promise<unknown> => {
      await this.#world.work(id % 7);
      if (id % 3 === 0) throw new Error("no fallback");
      return { id };
    };
    const classify = ({ threw }: { readonly threw: boolean }): Failure | null =>
      threw ? { class: "ambiguous", counts: true } : null;
    return resilient(
      Object.freeze({ ...document, name: `policy ${index}` }) as PolicyDocument,
      (context: CallContext, id: number, planned: PlannedCall) => this.#invoke(context, id, planned),
      // A document that is not known when this is compiled tells nothing of what it binds.
      {
        runtime: this.#world.runtime,
        fallback: { own: fallback },
        classify: { own: classify },
        key: { half: (id: number) => String(id % 2) },
      } as never,
    ) as unknown as FuzzCall;
  }

  #invoke(context: CallContext, id: number, planned: PlannedCall): unknown {
    const ledger = this.#ledger;
    ledger.invokes(id);
    const deed = planned.deeds[(context.attempt - 1) % planned.deeds.length] as Deed;
    const settle = (): void => ledger.settles(id);
    try {
      const answer = act(deed, context, { id }, this.#around(planned, id));
      if (answer instanceof Promise) answer.then(settle, settle);
      else settle();
      return answer;
    } catch (error) {
      settle();
      throw error;
    }
  }

  #around(planned: PlannedCall, id: number): Surroundings {
    return {
      work: this.#world.work,
      over: this.#over.promise,
      atEnd: (what) => void this.#atEnd.push(what),
      abortOwn: () => this.#abort(planned.controller ?? 0),
      disposeOwn: () => {
        if (!this.#run.disposes) return;
        this.#ledger.disposes();
        this.#world.runtime.dispose();
      },
      readLate: ({ attempt, signal }) => {
        const isWrong = this.#ledger.isOver(id, attempt) && !signal.aborted;
        if (isWrong) this.#ledger.broken.add("the signal of what is over is aborted");
      },
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

  /** What a listener does at an attempt's beginning comes too late for its function: that is not held against anybody. */
  #meddleAs(meddling: Meddling): void {
    if (meddling.do === "abort") for (const each of this.#controllers) each.abort(new Error("given up"));
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
