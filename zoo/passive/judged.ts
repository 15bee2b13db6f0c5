import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Contract, loadContract } from "../../packages/contract/src/index.ts";
import { readTraffic } from "../../packages/operate/src/index.ts";
import { passiveJudge } from "../../packages/verify/src/index.ts";
import { contractOf } from "../contracts.ts";
import type { Recording } from "./recorded.ts";
import { envoyLog, nginxFormat, nginxLog, otlpTraces } from "./sources.ts";
import type { PassiveSubject } from "./subjects.ts";

/** The ways in which one recording is written down. */
export const sources = ["nginx", "envoy", "otlp", "app-log"] as const;
export type SourceKind = (typeof sources)[number];

/** What traffic alone said about a check. */
export interface PassiveSaid {
  readonly check: string;
  /** `integration.operation`. */
  readonly at: string;
  readonly verdict: string;
  readonly because: string;
}

/** Judges a recording of a driven consumer by the contract that the zoo has for it. */
export async function judgedBy(
  source: SourceKind,
  recording: Recording,
  { subject, folder }: Pick<PassiveSubject, "subject" | "folder">,
  signal: AbortSignal,
): Promise<readonly PassiveSaid[]> {
  const home = mkdtempSync(join(tmpdir(), "holdfast-passive-"));
  try {
    // Rules and dashboards are files beside a contract, and no matter of traffic.
    const { operations: _, ...document } = contractOf({ ...subject, shape: "service" }, folder);
    const path = join(home, "holdfast.yaml");
    writeFileSync(path, JSON.stringify(document));
    const read = await loadContract(path, {});
    if (!("contract" in read)) throw new Error(`${subject.id}: ${JSON.stringify(read.problems)}`);
    const contract = { ...read.contract, service: withName(read.contract.service, recording) };
    return await judgedByContract(source, recording, contract, signal);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Judges a recording as the log of one kind of proxy, as traces, or as the application's log alone, by the command's own parts. */
export async function judgedByContract(
  source: SourceKind,
  recording: Recording,
  contract: Contract,
  signal: AbortSignal,
): Promise<readonly PassiveSaid[]> {
  const home = mkdtempSync(join(tmpdir(), "holdfast-passive-"));
  const write = (name: string, text: string): { path: string; name: string } => {
    writeFileSync(join(home, name), text);
    return { path: join(home, name), name };
  };
  try {
    const judge = passiveJudge({ contract, dayOf: (ms) => new Date(ms).toISOString().slice(0, 10) });
    const app = write("app.log", `${recording.log.join("\n")}\n`);
    const files = { nginx: [nginxLog], envoy: [envoyLog], otlp: [], "app-log": [] }[source].map((of, at) =>
      write(`access-${at}.log`, of(recording)),
    );
    const done = await readTraffic({
      files: [...files, app],
      ...(source === "otlp" ? { traces: write("otlp.json", otlpTraces(recording)) } : {}),
      ...(source === "nginx" ? { format: nginxFormat } : {}),
      signal,
      take: judge.take,
    });
    const { checks } = judge.end({
      files: done.files.map((file) => ({ ...file, notes: [] })),
      spans: done.spans,
    });
    return checks.map(({ id, integration, operation, verdict, because }) => ({
      check: id,
      at: `${integration}.${operation}`,
      verdict,
      because,
    }));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The spans of a recording are of a service with the name of its subject. */
function withName<S extends { readonly name: string } | null>(service: S, { subject }: Recording): S {
  return service === null ? service : { ...service, name: subject };
}
