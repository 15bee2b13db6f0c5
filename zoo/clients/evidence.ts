import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Kind } from "./reading.ts";

/** An attempt as the proxy saw it. Times are in ms: `at` from the beginning of the call, `until` from when its request was whole. */
export interface ShownAttempt {
  readonly at: number;
  /** Its connection had carried a request before. */
  readonly reused?: true;
  /** Whether its bytes are those of the attempt before. */
  readonly same?: boolean;
  /** What the consumer was given: a status, or what was done to its connection. */
  readonly saw: string;
  readonly until: number | null;
  /** How the consumer closed its side, where it did so before it had an answer. */
  readonly closed?: "fin" | "rst";
}

/** What one experiment showed: figures of all its calls, and one of them in full. A count that is left out is none. */
export interface Shown {
  readonly by: Kind;
  readonly method: string;
  readonly experiment: string;
  /** Attempts of each call. */
  readonly attempts: readonly number[];
  /** Calls that ended as their caller wanted, that failed, and that were still open when the watch ended. */
  readonly succeeded?: number;
  readonly failed?: number;
  readonly open?: number;
  /** Waits before the second attempt and the following ones: least, median and largest over the calls, in ms. */
  readonly waitsMs?: readonly (readonly [number, number, number])[];
  /** Of attempts that the fault fell on: how many were on a connection that had been used before. */
  readonly onReused?: number;
  /** Calls whose second attempt came byte for byte within 32 ms after a broken connection. */
  readonly replayed?: number;
  /** Executions by the provider for each call. */
  readonly effects?: readonly number[];
  /** From the beginning of a call to its end, in ms; of an open one, how long it was watched. */
  readonly tookMs: readonly [number, number, number];
  readonly example?: { readonly outcome: string; readonly attempts: readonly ShownAttempt[] };
}

/** What a check said. */
export interface ShownVerdict {
  readonly by: Kind;
  readonly check: string;
  readonly verdict: string;
  readonly because: string;
  readonly estimate?: { readonly name: string; readonly value: number; readonly unit: string };
  readonly measured?: Readonly<Record<string, number>>;
}

/** A part of the inferred policy. Times are in ms. */
export interface ShownTrait {
  readonly by: Kind;
  readonly field: string;
  readonly value: string | number | readonly string[] | null;
  readonly atLeast?: number;
  readonly possible?: readonly (string | number)[];
  readonly note: string;
}

/** What is kept of the runs of one configuration: enough for every cell of the atlas. */
export interface Evidence {
  readonly id: string;
  readonly client: string;
  readonly version: string;
  readonly language: string;
  readonly config: string;
  readonly runs: Readonly<
    Record<string, { readonly method: string; readonly startedAt: string; readonly platform: string }>
  >;
  readonly policy: readonly ShownTrait[];
  readonly verdicts: readonly ShownVerdict[];
  readonly shown: readonly Shown[];
}

/** Where the extracts are kept. */
export const evidenceFolder: string = join(import.meta.dirname, "evidence");

/** An extract as it is kept: a line about the client, then one trait, verdict or experiment a line, so that a cell can point at its line. */
export function evidenceText({ policy, verdicts, shown, ...client }: Evidence): string {
  const rows = [
    { client },
    ...policy.map((trait) => ({ trait })),
    ...verdicts.map((verdict) => ({ verdict })),
    ...shown.map((experiment) => ({ experiment })),
  ];
  return `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
}

/** An extract with the line on which each of its rows stands. */
export interface EvidenceFile {
  readonly evidence: Evidence;
  lineOf(row: ShownTrait | ShownVerdict | Shown): number;
}

interface Line {
  readonly client?: Omit<Evidence, "policy" | "verdicts" | "shown">;
  readonly trait?: ShownTrait;
  readonly verdict?: ShownVerdict;
  readonly experiment?: Shown;
}

/** Reads an extract from its text. */
export function evidenceFrom(text: string): EvidenceFile {
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  const { client } = lines[0] ?? {};
  if (client === undefined) throw new Error("the first line of an extract is about the client");
  const numbers = new Map<unknown, number>(
    lines.map(({ trait, verdict, experiment }, index) => [trait ?? verdict ?? experiment, index + 1]),
  );
  const evidence = {
    ...client,
    policy: lines.flatMap(({ trait }) => trait ?? []),
    verdicts: lines.flatMap(({ verdict }) => verdict ?? []),
    shown: lines.flatMap(({ experiment }) => experiment ?? []),
  };
  return { evidence, lineOf: (row) => numbers.get(row) ?? 1 };
}

/** The name of the extract of a client. */
export function evidenceName(id: string): string {
  return `${id}.ndjson`;
}

/** Every committed extract, by name. */
export function readEvidence(): readonly EvidenceFile[] {
  return readdirSync(evidenceFolder)
    .filter((name) => name.endsWith(".ndjson"))
    .sort()
    .map((name) => evidenceFrom(readFileSync(join(evidenceFolder, name), "utf8")));
}
