import { resolve } from "node:path";
import { readTraffic, type TrafficFile } from "@holdfast/operate";
import { type PassiveReport, passiveJudge } from "@holdfast/verify";
import type { ExitStatus, Io } from "./command.ts";
import { exitMeaning } from "./exit-status.ts";
import { checkOnly } from "./only.ts";
import { openContract } from "./open-contract.ts";
import { passiveText } from "./passive-text.ts";
import { readRemedies } from "./system-guide.ts";
import { keepHeapSmall } from "./system-heap.ts";
import { logsAt } from "./system-logs.ts";

/** What `judge --passive` was asked. */
export interface TrafficRequest {
  readonly contract: string | undefined;
  readonly only: readonly string[];
  readonly "fail-on": string | undefined;
  readonly traces: string | undefined;
  readonly format: string | undefined;
}

/** Judges logs and traces by what failed in them by itself. */
export async function judgeTraffic(
  given: readonly string[],
  options: TrafficRequest,
  io: Io,
): Promise<ExitStatus> {
  const json = (options as { json?: boolean }).json === true;
  const only = checkOnly(options.only);
  const files = given.length === 0 && options.traces !== undefined ? [] : logsAt(given, io.cwd);
  keepHeapSmall();
  const contract =
    options.contract === undefined ? undefined : await openContract(options.contract, json, io);
  if (contract === null) return 2;
  const judge = passiveJudge({
    contract: contract ?? null,
    remedies: readRemedies(),
    dayOf: (ms) => new Date(ms).toISOString().slice(0, 10),
    ...(only === undefined ? {} : { only }),
  });
  const read = await readTraffic({
    files,
    ...(options.traces === undefined
      ? {}
      : { traces: { path: resolve(io.cwd, options.traces), name: options.traces } }),
    ...(options.format === undefined ? {} : { format: options.format }),
    signal: io.signal,
    take: judge.take,
  });
  const traces = options.traces === undefined ? [] : [ofTraces(options.traces, read.spans)];
  const report = judge.end({ files: [...read.files.map(ofFile), ...traces], spans: read.spans });
  const status = statusOf(report, options["fail-on"]);
  if (json) io.out(`${JSON.stringify(report, null, 2)}\n`);
  else {
    const columns = Math.max(40, Math.min(io.columns, 120));
    io.out(passiveText(report, { columns, exit: `Exit ${status}: ${exitMeaning(status)}.` }));
  }
  return status;
}

/** 3 also when there was nothing to judge: a green exit is never earned by an empty log. */
function statusOf({ checks }: PassiveReport, failOn: string | undefined): ExitStatus {
  const has = (verdict: string): boolean =>
    checks.some((check) => check.verdict === verdict && check.accepted === undefined);
  if (has("fail") || (failOn === "advice" && has("advice"))) return 1;
  return checks.length === 0 || has("inconclusive") ? 3 : 0;
}

type FileRead = PassiveReport["read"]["files"][number];

function ofFile(file: TrafficFile): FileRead {
  const { name, lines, requests, logs, unreadable } = file;
  const notes: readonly (readonly [boolean, string])[] = [
    [requests + logs === 0, "holds no line that could be read"],
    [file.brokenOff !== null, `breaks off (${file.brokenOff}); what stands before was read`],
    [file.long > 0, `has lines longer than 64 KiB, read to there: ${file.long}`],
    [file.untimed > 0, `has lines without a time: ${file.untimed}`],
  ];
  return {
    name,
    lines,
    requests,
    logs,
    unreadable,
    notes: notes.filter(([so]) => so).map(([, note]) => note),
  };
}

function ofTraces(name: string, spans: number): FileRead {
  return { name, lines: 0, requests: spans, logs: 0, unreadable: null, notes: [] };
}
