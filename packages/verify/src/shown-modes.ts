import type { Contract } from "@holdfast/contract";
import { quotable } from "@holdfast/operate";
import { type EndedCall, endsOf, helpOf, wayOf } from "./call-ends.ts";
import { type Assembled, evidenceFor, poisonedBecause } from "./evidence.ts";
import { type FailureMode, failureModes, isUnder, signatureOf } from "./failure-modes.ts";
import type { Experiment, ObservedCall, Target } from "./model.ts";
import { targets } from "./plan.ts";
import { faultText } from "./report/fault-text.ts";
import type { Checklist } from "./report/model.ts";

/** What a run showed of a failure mode of an integration: what a runbook can quote. */
export interface ShownMode {
  readonly integration: string;
  readonly mode: string;
  readonly run: string;
  readonly faults: readonly string[];
  readonly calls: number;
  readonly failed: number;
  /** How the calls that did not succeed ended, in sentences: how long they took, and what became of their requests. */
  readonly ends: readonly string[];
  /** The most frequent look of a failed call; `null` where none failed. */
  readonly signature: string | null;
  /** What the service logged of failed calls, each kind of line once. */
  readonly logLines: readonly string[];
  /** What kept calls from failing, or from waiting, in sentences. */
  readonly worked: readonly string[];
}

const logLinesMax = 6;

interface Seen extends EndedCall {
  readonly experiment: Experiment;
  readonly healthy: readonly ObservedCall[];
}

/** The failure modes that a run made, by integration; those that it did not make are left out. */
export function shownModes(
  contract: Contract,
  assembled: Assembled,
  checklist: Pick<Checklist, "run" | "items">,
): readonly ShownMode[] {
  const observed = targets(contract).flatMap((target) => seenAt(target, assembled));
  const failedChecks = checklist.items
    .flatMap(({ checks }) => checks)
    .filter(({ verdict }) => verdict === "fail");
  const names = [...new Set(contract.integrations.map(({ name }) => name))];
  return names.flatMap((integration) =>
    failureModes.flatMap((mode) => {
      const seen = observed.filter(
        ({ experiment }) => experiment.integration === integration && isUnder(mode, experiment),
      );
      const check = failedChecks.find((one) => one.id === mode.check && one.integration === integration);
      if (seen.length > 0) return [shownBy(mode, integration, seen, checklist.run)];
      if (check === undefined) return [];
      const told = { faults: [], calls: 0, failed: 0, ends: [], logLines: [], worked: [] };
      return [{ ...told, integration, mode: mode.mode, run: checklist.run, signature: check.because }];
    }),
  );
}

/** The samples of a target that are fit to tell of, with where their requests went. */
function seenAt(target: Target, assembled: Assembled): readonly Seen[] {
  const { experiments, healthy } = evidenceFor(assembled, target);
  return Object.values(experiments).flatMap(({ experiment, calls, setAside }) => {
    // What an open breaker refuses is no sample to judge by, and it is what a runbook should tell of.
    const refused = setAside.flatMap(({ because, observed }) =>
      observed !== undefined && because.startsWith(poisonedBecause) ? [observed] : [],
    );
    return [...calls, ...refused].map((call) => ({
      experiment,
      call,
      way: wayOf(call, experiment.integration, assembled),
      healthy: healthy.filter(({ outcome }) => outcome === "succeeded"),
    }));
  });
}

function shownBy({ mode }: FailureMode, integration: string, seen: readonly Seen[], run: string): ShownMode {
  const calls = seen.map(({ call }) => call);
  const failed = calls.filter(({ outcome }) => outcome !== "succeeded");
  const healthy = [...new Set(seen.flatMap((one) => one.healthy))];
  return {
    integration,
    mode,
    run,
    faults: [...new Set(seen.flatMap(faultsOf))].slice(0, 5),
    calls: calls.length,
    failed: failed.length,
    ends: endsOf(seen, healthy),
    signature: signatureOf(failed),
    logLines: logLinesOf(failed),
    worked: helpOf(seen, healthy),
  };
}

/** The faults that took hold of a call: on its attempts, or on whoever wanted to connect. */
function faultsOf({ call, way, experiment }: Seen): readonly string[] {
  const fired = call.attempts.flatMap(({ fault, firedMs }) =>
    fault === null || firedMs === null ? [] : [faultText(fault.spec)],
  );
  const isListener = way === "unanswered" || way === "closed";
  const named = experiment.program.steps.flatMap(({ fault }) =>
    fault !== null && isListener ? [faultText(fault)] : [],
  );
  return [...fired, ...named];
}

/** Lines that differ by more than numbers and ids; the same line of a hundred calls tells nothing more. Those that tell of trouble come first; runs of before know fewer secrets. */
function logLinesOf(calls: readonly ObservedCall[]): readonly string[] {
  const lines = calls.flatMap(({ log }) => log?.excerpt ?? []);
  const kinds = new Map(lines.map((line) => [kindOf(line), line] as const));
  const isTrouble = (line: string): boolean => /\b(warn(ing)?|error|fatal|crit(ical)?)\b/i.test(line);
  return [...kinds.values()]
    .toSorted((a, b) => Number(isTrouble(b)) - Number(isTrouble(a)))
    .slice(0, logLinesMax)
    .map(quotable);
}

function kindOf(line: string): string {
  return line.replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|[0-9a-f]{6,}|\d+/gi, "#");
}
