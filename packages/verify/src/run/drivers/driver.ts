import type { TemplateValues } from "../template-values.ts";

/** One call as a driver is to make it. */
export interface DrivenCall {
  readonly id: string;
  readonly horizonMs: number;
  /** `null` where the call is to bring none. */
  readonly traceparent: string | null;
  /** The value of the declared correlation header when it is not `traceparent`. */
  readonly correlation: string | null;
  readonly values: TemplateValues;
}

/** What came of a call. */
export interface DriveOutcome {
  readonly outcome: "succeeded" | "failed" | "unfinished";
  readonly status: number | null;
  /** Why it failed, not redacted yet; `null` when it succeeded. */
  readonly error: string | null;
  /** When the answer was there, on the run's clock; `null` when the horizon passed first. */
  readonly endedMs: number | null;
}

/** Makes a service use its integrations once. Never rejects: what goes wrong is an outcome. */
export interface Driver {
  drive(call: DrivenCall): Promise<DriveOutcome>;
}

/** The call was given up at its horizon. */
export function unfinished(horizonMs: number): DriveOutcome {
  return { outcome: "unfinished", status: null, error: `no answer within ${horizonMs} ms`, endedMs: null };
}
