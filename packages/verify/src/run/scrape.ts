import type { Contract, RequestPattern } from "@holdfast/contract";
import type { Clock } from "@holdfast/core";
import type { Redactor } from "@holdfast/faults";
import type { ScrapeRecord } from "../model.ts";
import { httpRequest } from "./drivers/http-request.ts";
import { redactExposition } from "./exposition-redaction.ts";

/** What is asked for its metrics. */
export interface Scraped {
  readonly id: string;
  readonly experiment: string;
  readonly url: string | null;
  /** How it ended by itself, or `null` while it lives. */
  exit(): unknown;
}

/** Reads the metrics of an instance as they are now, and records them; never fails. */
export type Scrape = (instance: Scraped, moment: ScrapeRecord["moment"], stage?: string) => Promise<void>;

const answerMs = 2_000;
/** How soon the end of a process is known that closed a connection by dying. */
const deathMs = 100;
/** Who is silent so often in a row is not asked again: each time costs a run so long. */
const silencesMax = 3;
/** Far more than a service has; one scrape that is longer would be held for each of many moments. */
const textBytesMax = 2_000_000;
/** What a run keeps in all, lines that were the same one scrape earlier left out: they are kept once. */
const runBytesMax = 64_000_000;
/** What a line takes that is kept already. */
const keptLineBytes = 8;
const errorLongest = 200;
/** What Prometheus asks for, so that the answer is the one it would get. */
const accept =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

/** Opens the reader of a service's metrics; one that does nothing where the contract declares none. */
export function openScraper(tools: {
  readonly contract: Contract;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly redactor: Redactor;
  readonly record: (record: ScrapeRecord) => void;
  /** How long an answer may take; 2 s when left out. */
  readonly timeoutMs?: number;
}): Scrape {
  const { contract, clock, signal, redactor, record, timeoutMs = answerMs } = tools;
  const metrics = contract.service?.metrics ?? null;
  if (metrics === null) return async () => {};
  let keptBytes = 0;
  let silences = 0;
  let last: ReadonlySet<string> = new Set();
  const kept = (text: string): Read => {
    const lines = text.split("\n");
    for (const line of lines) keptBytes += last.has(line) ? keptLineBytes : line.length;
    last = new Set(lines);
    if (keptBytes > runBytesMax)
      return { error: `all metrics of the run are more than ${runBytesMax / 1e6} MB` };
    return { text: redactExposition(text, redactor) };
  };
  // Who dies of being asked is seen dead a moment later.
  const survived = async (came: Read, exit: Scraped["exit"]): Promise<Read> => {
    if (came.text !== undefined) return came;
    await clock.sleep(deathMs, signal).catch(() => {});
    return exit() === null ? came : { error: `${came.error}, and the service ended when it was asked` };
  };
  const read = async ({ url, exit }: Scraped): Promise<Read> => {
    // Where it listened, another one may listen now.
    if (url === null || exit() !== null) return { error: "the service had ended" };
    if (silences >= silencesMax)
      return { error: `${asked(metrics)} was silent ${silences} times, and is not asked any more` };
    const late = AbortSignal.timeout(timeoutMs);
    const came = await readMetrics(url, metrics, AbortSignal.any([late, signal]));
    silences = late.aborted && came.text === undefined ? silences + 1 : 0;
    return silences === 0
      ? survived(came, exit)
      : { error: `${asked(metrics)} was not answered within ${timeoutMs / 1000} s` };
  };
  return async (instance, moment, stage) => {
    const { id, experiment, url } = instance;
    if (url === null || signal.aborted) return;
    const atMs = clock.monotonic();
    const came = await read(instance);
    if (signal.aborted) return;
    const { text = null, error = null } = came.text === undefined ? came : kept(came.text);
    const said = error === null ? null : redactor.text(error).slice(0, errorLongest);
    const who = { experiment, instance: id, atMs, moment, stage: stage ?? null };
    record({ type: "scrape", ...who, text, error: said });
  };
}

/** A text, or why there is none. */
type Read =
  | { readonly text: string; readonly error?: undefined }
  | { readonly error: string; readonly text?: undefined };

function asked({ method, path }: RequestPattern): string {
  return `${method} ${path}`;
}

/** Past the proxies and on a connection of its own. */
async function readMetrics(url: string, metrics: RequestPattern, signal: AbortSignal): Promise<Read> {
  const { method, path } = metrics;
  const answer = await httpRequest({
    url: url.replace(/\/$/, "") + path,
    method,
    headers: { accept },
    body: null,
    signal,
    keepBytes: textBytesMax,
  });
  if (answer.kind === "error") return { error: `${asked(metrics)} was not answered: ${answer.code}` };
  if (answer.status < 200 || answer.status > 299)
    return { error: `${asked(metrics)} was answered with ${answer.status}` };
  if (answer.bytes > textBytesMax)
    return { error: `${asked(metrics)} answered more than ${textBytesMax / 1e6} MB` };
  const isCut =
    answer.type.startsWith("application/openmetrics-text") && !/^# EOF\n?$/m.test(answer.body.slice(-10));
  return isCut
    ? { error: `${asked(metrics)} answered OpenMetrics that do not end with # EOF` }
    : { text: answer.body };
}
