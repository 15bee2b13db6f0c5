import type { Serves } from "@holdfast/contract";
import type { Check, ExperimentEvidence, ExperimentSpec, RequestRecord, Target } from "../model.ts";
import { isNotApplicable } from "../plan.ts";
import type { ProcedureSpec } from "../procedure-model.ts";
import { type CallFacts, experimentOf, targetWith } from "./evidence.ts";

type Facts = NonNullable<Parameters<typeof targetWith>[0]>;

/** A target whose service serves what its scenario asks for, under an idempotency key unless said otherwise. */
export function servingTarget({
  serves = {},
  ...facts
}: Facts & { readonly serves?: Partial<Serves> } = {}): Target {
  const request = { method: "POST", path: "/orders" };
  const entry: Serves = {
    name: "place",
    request,
    deadlineMs: 5_000,
    idempotencyKey: "idempotency-key",
    maxBodyBytes: null,
    ...serves,
  };
  const act = { kind: "http", request, headers: {}, body: '{"id":"${call.id}"}' } as const;
  return targetWith({
    operation: { request: { method: "POST", path: "/v1/charges" } },
    ...facts,
    service: { serves: [entry], ...facts.service },
    scenario: { act, ...facts.scenario },
  });
}

/** An experiment whose samples are made in a way of their own; under no fault where that way has none. */
export function madeBy(
  procedure: ProcedureSpec["kind"],
  name: string,
  calls: readonly CallFacts[],
  more: Partial<ExperimentEvidence> = {},
): ExperimentEvidence {
  const found = experimentOf(name, calls, more);
  const spec = { kind: procedure } as ProcedureSpec;
  const untouched = procedure === "same-key" || procedure === "slow-clients";
  const { program } = found.experiment;
  return {
    ...found,
    experiment: { ...found.experiment, procedure: spec, program: untouched ? { steps: [] } : program },
  };
}

/** What a check that applies here plans. */
export function plannedBy<Subject>(check: Check<Subject>, target: Target): readonly ExperimentSpec[] {
  const subject = check.about(target);
  if (isNotApplicable(subject)) throw new Error(`${check.id} does not apply: ${subject.notApplicable}`);
  return check.plan(subject, target);
}

/** A request of a sample: its role, its status, and what else is to be said of it. */
export function asked(
  role: RequestRecord["role"],
  status: number | null,
  more: Partial<RequestRecord> = {},
): Partial<RequestRecord> & Pick<RequestRecord, "role"> {
  return { role, status, expected: status === 201, ...more };
}

/** The same with every effect on the first attempt of its call, at the moment given in ms after the call's start. */
export function effectsOnAttempts(found: ExperimentEvidence): ExperimentEvidence {
  const calls = found.calls.map((call) => ({
    ...call,
    effects: call.effects.map((one) => ({
      ...one,
      exchange: call.attempts[0]?.id ?? "",
      atMs: call.startedMs + one.atMs,
    })),
  }));
  return { ...found, calls };
}
