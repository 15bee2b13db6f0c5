import type { Clock } from "@holdfast/core";
import type { Experiment } from "../model.ts";
import type { ProgressEvent } from "../report/progress-event.ts";

/** Tells how far a run has come. */
export interface ProgressTeller {
  phase(phase: ProgressEvent["phase"], note?: string): void;
  expect(totals: {
    readonly expectedMs: number;
    readonly experiments: number;
    readonly samples: number;
  }): void;
  /** What the run is expected to take, as far as is known by now. */
  expectMs(expectedMs: number): void;
  addSamples(count: number): void;
  sampled(experiment: Experiment): void;
  finished(experiment: Experiment): void;
  stop(): void;
}

const beatMs = 1000;

/** Emits an event whenever something changed, and one a second in between. */
export function tellProgress(clock: Clock, emit: (event: ProgressEvent) => void): ProgressTeller {
  const startedMs = clock.monotonic();
  const done = new Set<string>();
  let state = {
    phase: "gate" as ProgressEvent["phase"],
    expectedMs: 0,
    experimentsTotal: 0,
    samplesDone: 0,
    samplesTotal: 0,
  };
  let note: string | undefined;
  const tell = (): void => {
    const elapsedMs = clock.monotonic() - startedMs;
    const experimentsTotal = Math.max(state.experimentsTotal, done.size);
    const event = { ...state, elapsedMs, experimentsTotal, experimentsDone: done.size };
    emit(note === undefined ? event : { ...event, note });
  };
  const change = (changes: Partial<typeof state>): void => {
    state = { ...state, ...changes };
    tell();
  };
  const beat = setInterval(tell, beatMs);
  beat.unref();
  return {
    phase: (phase, said) => {
      note = said;
      change({ phase });
    },
    expect: ({ expectedMs, experiments, samples }) =>
      change({ expectedMs, experimentsTotal: experiments, samplesTotal: samples }),
    expectMs: (expectedMs) => change({ expectedMs }),
    addSamples: (count) => change({ samplesTotal: state.samplesTotal + count }),
    sampled: (experiment) => {
      note = experiment.id;
      change({ samplesDone: state.samplesDone + 1 });
    },
    finished: (experiment) => {
      done.add(experiment.id);
      tell();
    },
    stop: () => clearInterval(beat),
  };
}
