import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname } from "node:path";
import type { Contract } from "@holdfast/contract";
import { type Clock, CodedError, isCodedError } from "@holdfast/core";
import { openRelay } from "./metrics-relay.ts";
import type { Scraped } from "./scrape.ts";
import { isTargetsText, type ListedTarget, targetsText } from "./targets-file.ts";

/** The instances of a run, as a Prometheus of the user's own finds them. */
export interface Targets {
  /** Lists an instance; what it answers holds its last metrics, and is to be called before the instance ends. */
  list(instance: Scraped & Omit<ListedTarget, "instance">): () => Promise<void>;
  /** Waits until what is held was read (15 s at most), empties the file, and lets the reader go (12 s at most). */
  close(): Promise<void>;
}

/** Prometheus looks at its targets every 5 s, and again every 5 s at what it found: so long it takes to hear of a change. */
const noticeMs = 15_000;
const letGoMs = 12_000;
const goneMs = 30_000;
/** Who has not asked for so long has let go. */
const quietMs = 3_000;
const lookMs = 100;

/** Opens the file; one that does nothing where none is named. A path that cannot be used is a coded error. */
export async function openTargets(given: {
  readonly file: string | null;
  readonly run: string;
  readonly contract: Contract;
  readonly clock: Clock;
  /** Once it aborts nothing is waited for. */
  readonly signal: AbortSignal;
  /** Hears once when the file can no longer be written. */
  readonly onFailure: (error: CodedError) => void;
}): Promise<Targets> {
  const { file, run, contract, clock, signal, onFailure } = given;
  if (file === null) return { list: () => async () => {}, close: async () => {} };
  const { service } = contract;
  if (service === null || service.metrics === null) throw withoutMetrics(contract);
  checkPath(file);
  const relay = await openRelay(service.metrics, () => clock.monotonic());
  const of = { run, service: service.name, address: relay.address };
  const listed = new Map<string, ListedTarget>();
  const held = new Set<string>();
  const gone: { readonly id: string; readonly atMs: number }[] = [];
  let failed = false;

  function write(): void {
    if (failed) return;
    try {
      writeWhole(file as string, targetsText(of, [...listed.values()]));
    } catch (error) {
      failed = true;
      if (isCodedError(error)) onFailure(error);
    }
  }

  /** Takes those out whose last metrics were read; they are answered for until nobody asks any more. */
  function prune(): void {
    const atMs = clock.monotonic();
    while (gone[0] !== undefined && atMs - gone[0].atMs > goneMs) relay.forget(gone.shift()?.id ?? "");
    for (const id of [...held].filter(relay.wasRead)) {
      gone.push({ id, atMs });
      held.delete(id);
      listed.delete(id);
    }
  }

  async function waitFor(isOver: () => boolean, forMs: number): Promise<void> {
    const endMs = clock.monotonic() + forMs;
    while (!signal.aborted && !failed && !isOver() && clock.monotonic() < endMs) await clock.sleep(lookMs);
  }

  writeWhole(file, targetsText(of, []));
  return {
    list: ({ id, experiment, phase, fault, url, exit }) => {
      if (url === null) return async () => {};
      relay.begin({ id, experiment, url, exit });
      listed.set(id, { instance: id, experiment, phase, fault });
      prune();
      write();
      return async () => {
        await relay.hold(id);
        held.add(id);
      };
    },
    close: async () => {
      await waitFor(() => {
        prune();
        return held.size === 0;
      }, noticeMs);
      listed.clear();
      write();
      await waitFor(() => (relay.quietMs() ?? quietMs) >= quietMs, letGoMs);
      relay.close();
    },
  };
}

/** Only a file of targets is replaced, and only in a folder that is there. */
function checkPath(file: string): void {
  const remedy =
    "Name a .json file in a folder that your Prometheus reads: --targets prometheus/holdfast.json";
  const details = { file };
  if (extname(file) !== ".json")
    throw new CodedError(
      "USAGE",
      `--targets ${file} does not end in .json, so Prometheus would not read it.`,
      {
        remedy,
        details,
      },
    );
  if (statSync(dirname(file), { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new CodedError(
      "FOLDER_MISSING",
      `${dirname(file)}, where --targets is to be written, is no folder.`,
      {
        remedy: "Create the folder first, or name a file in another one.",
        details,
      },
    );
  const there = statSync(file, { throwIfNoEntry: false });
  if (there === undefined || (there.isFile() && isTargetsText(textOf(file)))) return;
  throw new CodedError("FILE_EXISTS", `${file} is there and is no list of targets that Holdfast wrote.`, {
    remedy,
    details,
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Whoever reads the file sees all of it or what was there before. */
function writeWhole(file: string, text: string): void {
  const part = `${file}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, file);
  } catch (cause) {
    rmSync(part, { force: true });
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new CodedError("TARGETS_NOT_WRITABLE", `The targets ${file} cannot be written (${code}).`, {
      remedy: "Name a file in a folder that may be written with --targets.",
      details: { file, code },
      cause,
    });
  }
}

function withoutMetrics({ file }: Contract): CodedError {
  return new CodedError(
    "CONTRACT_WITHOUT_METRICS",
    `${file} does not say where its service tells its metrics.`,
    {
      remedy: "Declare `metrics: GET /metrics` under `service`, or leave --targets away.",
      details: { file },
    },
  );
}
