/** How far a run has come; the runner emits one whenever something changed, and at least once a second. */
export interface ProgressEvent {
  /** `gate` proves that the scenarios work without a fault, `prove` puts the rules of operations to the proof; `done` is the last event of a run. */
  readonly phase: "gate" | "plan" | "run" | "prove" | "judge" | "done";
  readonly elapsedMs: number;
  /** What the run is expected to take in all; 0 while nobody knows. */
  readonly expectedMs: number;
  readonly experimentsDone: number;
  readonly experimentsTotal: number;
  readonly samplesDone: number;
  readonly samplesTotal: number;
  /** Failing and advice findings known so far; absent while none is judged. */
  readonly findings?: number;
  /** What is going on, in a few words. */
  readonly note?: string;
}
