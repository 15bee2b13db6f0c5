import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Contract, loadContract } from "../../packages/contract/src/index.ts";
import { readRun } from "../../packages/verify/src/index.ts";
import type { Checklist } from "../../packages/verify/src/report/model.ts";
import { mutants } from "../mutants/index.ts";
import { saidBy } from "../verify-run.ts";
import { judgedByContract, type SourceKind, sources } from "./judged.ts";
import type { Recording } from "./recorded.ts";
import { recordingOf } from "./run-recording.ts";

/** A stored verification: what it saw as a recording, and what it said. */
export interface StoredCase {
  readonly subject: string;
  /** The check that must find it; `null` where nothing is to be found or nobody knows. */
  readonly fails: string | null;
  readonly contract: Contract;
  readonly recording: Recording;
  /** Its own verdict by `integration.operation check`, the worst of its scenarios. */
  readonly active: ReadonlyMap<string, string>;
}

/** One verdict of traffic beside that of the run whose traffic it is. */
export interface RunComparison {
  readonly subject: string;
  readonly source: SourceKind;
  readonly check: string;
  readonly at: string;
  readonly passive: string;
  readonly because: string;
  readonly active: string;
}

/** The runs below `folder` that came to an end, by the names of their folders. */
export function keptRuns(folder: string, only: readonly string[]): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  return names
    .filter((name) => only.length === 0 || only.includes(name))
    .filter((name) => existsSync(join(folder, name, "run", "checklist.json")));
}

/** Reads a run with the contract that it was made by. */
export async function storedCase(folder: string, name: string): Promise<StoredCase> {
  const run = readRun(join(folder, name, "run"));
  const { file } = run.run.contract;
  const read = await loadContract(file, {}, {});
  if (!("contract" in read)) throw new Error(`${file}: ${JSON.stringify(read.problems)}`);
  const contract = asService(read.contract);
  const requests = new Map(
    contract.scenarios.flatMap(({ name: scenario, act }) =>
      act.kind === "http" ? [[scenario, `${act.request.method} ${act.request.path}`] as const] : [],
    ),
  );
  const subject = contract.service?.name ?? name;
  return {
    subject: name,
    fails: mutants.find(({ id }) => id === name)?.fails ?? null,
    contract,
    recording: recordingOf(run, subject, (scenario) => requests.get(scenario) ?? null),
    active: verdictsIn(join(run.folder, "checklist.json")),
  };
}

/** A module or a command has no callers that a log could tell of: it is judged as if a service stood around it. */
function asService(contract: Contract): Contract {
  const scenarios = contract.scenarios.map((scenario) =>
    scenario.act.kind === "http"
      ? scenario
      : {
          ...scenario,
          act: {
            kind: "http" as const,
            request: { method: "POST", path: `/${scenario.name}` },
            headers: {},
            body: null,
          },
        },
  );
  return { ...contract, scenarios };
}

function verdictsIn(file: string): ReadonlyMap<string, string> {
  const { items } = JSON.parse(readFileSync(file, "utf8")) as Checklist;
  const results = items
    .flatMap(({ checks }) => checks)
    .filter(({ integration, operation }) => integration !== undefined && operation !== undefined);
  const byPlace = Map.groupBy(results, ({ integration, operation }) => `${integration}.${operation}`);
  return new Map(
    [...byPlace].flatMap(([at, own]) =>
      saidBy(own).map(({ check, verdict }) => [`${at} ${check}`, verdict] as const),
    ),
  );
}

/** What traffic says of a run in each of its forms, beside what the run said itself. */
export async function comparedWithRun(
  { subject, contract, recording, active }: StoredCase,
  signal: AbortSignal,
): Promise<readonly RunComparison[]> {
  const found: RunComparison[] = [];
  for (const source of sources) {
    const said = await judgedByContract(source, recording, contract, signal);
    for (const { check, at, verdict, because } of said) {
      const own = active.get(`${at} ${check}`) ?? "not-tested";
      found.push({ subject, source, check, at, passive: verdict, because, active: own });
    }
  }
  return found;
}
