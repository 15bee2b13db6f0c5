import type { Contract } from "@holdfast/contract";
import { type Assembled, evidenceFor } from "./evidence.ts";
import { type FailureMode, failureModes, isUnder, signatureOf } from "./failure-modes.ts";
import type { ObservedCall } from "./model.ts";
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
  /** The most frequent look of a failed call; `null` where none failed. */
  readonly signature: string | null;
  /** What the service logged of failed calls, each kind of line once. */
  readonly logLines: readonly string[];
  /** What kept calls from failing, or made them fail fast, in sentences. */
  readonly worked: readonly string[];
}

const logLinesMax = 6;

/** The failure modes that a run made, by integration; those that it did not make are left out. */
export function shownModes(
  contract: Contract,
  assembled: Assembled,
  checklist: Pick<Checklist, "run" | "items">,
): readonly ShownMode[] {
  const observed = targets(contract).flatMap((target) =>
    Object.values(evidenceFor(assembled, target).experiments).map((one) => ({
      integration: target.integration.name,
      experiment: one.experiment,
      // What an open breaker refuses is no sample to judge by, and it is what a runbook should tell of.
      calls: [
        ...one.calls,
        ...one.setAside.flatMap(({ observed: call }) => (call?.attempts.length === 0 ? [call] : [])),
      ],
    })),
  );
  const failedChecks = checklist.items
    .flatMap(({ checks }) => checks)
    .filter(({ verdict }) => verdict === "fail");
  const names = [...new Set(observed.map(({ integration }) => integration))];
  return names.flatMap((integration) =>
    failureModes.flatMap((mode) => {
      const under = observed.filter(
        (one) => one.integration === integration && isUnder(mode, one.experiment),
      );
      const check = failedChecks.find((one) => one.id === mode.check && one.integration === integration);
      const seen = under.flatMap(({ calls }) => calls);
      if (seen.length > 0) return [shownBy(mode, integration, seen, checklist.run)];
      if (check === undefined) return [];
      const told = { faults: [], calls: 0, failed: 0, logLines: [], worked: [] };
      return [{ ...told, integration, mode: mode.mode, run: checklist.run, signature: check.because }];
    }),
  );
}

function shownBy(
  { mode }: FailureMode,
  integration: string,
  calls: readonly ObservedCall[],
  run: string,
): ShownMode {
  const failed = calls.filter(({ outcome }) => outcome !== "succeeded");
  const faults = calls.flatMap(({ attempts }) =>
    attempts.flatMap(({ fault, firedMs }) =>
      fault === null || firedMs === null ? [] : [faultText(fault.spec)],
    ),
  );
  return {
    integration,
    mode,
    run,
    faults: [...new Set(faults)].slice(0, 5),
    calls: calls.length,
    failed: failed.length,
    signature: signatureOf(failed),
    logLines: logLinesOf(failed),
    worked: workedOf(calls),
  };
}

/** Lines that differ by more than numbers and ids; the same line of a hundred calls tells nothing more. */
function logLinesOf(calls: readonly ObservedCall[]): readonly string[] {
  const lines = calls.flatMap(({ log }) => log?.excerpt ?? []);
  const kinds = new Map(lines.map((line) => [line.replaceAll(/[0-9a-f]{6,}|\d+/gi, "#"), line] as const));
  return [...kinds.values()].slice(0, logLinesMax);
}

/** What helped, as far as the wire shows it. */
function workedOf(calls: readonly ObservedCall[]): readonly string[] {
  const hit = calls.filter(({ attempts }) => attempts.some(({ firedMs }) => firedMs !== null));
  const saved = hit.filter(({ outcome }) => outcome === "succeeded");
  const again = saved.filter(
    ({ attempts }) => attempts.length > 1 && (attempts.at(-1)?.firedMs ?? null) === null,
  );
  const without = saved.filter(({ attempts }) => attempts.every(({ firedMs }) => firedMs !== null));
  const refused = calls.filter(({ outcome, attempts }) => outcome === "failed" && attempts.length === 0);
  const sentences: readonly (readonly [readonly ObservedCall[], string])[] = [
    [again, `calls succeeded because they were tried again`],
    [
      without,
      `calls succeeded although every attempt was hit: the service answered without the provider, or coped with the fault`,
    ],
    [refused, `calls failed at once, without being tried: a breaker or a limit kept them from waiting`],
  ];
  return sentences.flatMap(([those, says]) =>
    those.length === 0 ? [] : [`${those.length} of ${calls.length} ${says}.`],
  );
}
