import type { FaultSpec } from "@holdfast/faults";
import type { ExperimentEvidence, ObservedCall } from "../model.ts";
import { type CallFacts, experimentOf, instanceOf, times } from "./evidence.ts";

/** What became of the calls that met one fault. */
export interface Met {
  readonly fault: FaultSpec;
  readonly outcome?: CallFacts["outcome"];
  /** How many calls; 3 when left out. */
  readonly calls?: number;
  readonly attempts?: number;
  readonly status?: number;
  /** False for a fault that found nothing to change. */
  readonly fired?: boolean;
  /** The instance ended under each of these calls. */
  readonly crashed?: boolean;
}

/** The evidence of an experiment in which each call met another fault. */
export function answersMet(name: string, met: readonly Met[]): ExperimentEvidence {
  const faults = new Map(met.map(({ fault }) => [JSON.stringify(fault), fault]));
  const program = { steps: [...faults.values()].map((fault) => ({ fault, times: "forever" as const })) };
  const empty = experimentOf(name, []);
  const lived = met.filter((one) => one.crashed !== true).flatMap(callsOf(name));
  const died = met.filter((one) => one.crashed === true).flatMap(callsOf(name));
  return {
    ...empty,
    experiment: { ...empty.experiment, program, samples: 3, samplesMax: 6 },
    calls: lived,
    instances: died.map(({ instance }) =>
      instanceOf({ instance, end: "exited", exitCode: 1, lastWords: ["TypeError: planted"] }),
    ),
    setAside: died.map((observed) => ({
      call: observed.id,
      because: "the instance ended by itself before the watch did",
      observed,
    })),
  };
}

function callsOf(name: string): (met: Met) => ObservedCall[] {
  return ({ fault, outcome = "succeeded", calls = 3, attempts = 1, fired = true, status, crashed }) => {
    const response = { status: 201, headers: [], bodyBytes: 2, firstByteMs: 1, completeMs: 1 };
    const attempt = (index: number) => ({
      at: index * 50,
      fault: { spec: fault, step: 0 },
      response,
      ...(fired ? {} : { firedMs: null }),
    });
    const facts: CallFacts = {
      outcome: crashed === true ? "failed" : outcome,
      attempts: Array.from({ length: attempts }, (_, index) => attempt(index)),
      ...(outcome === "unfinished" ? { endedAt: null } : {}),
      ...(crashed === true ? { instance: `died-${String(fault["change"] ?? fault["what"])}` } : {}),
    };
    const made = experimentOf(name, times(calls, facts)).calls;
    return made.map((call) => ({ ...call, status: status ?? call.status }));
  };
}
