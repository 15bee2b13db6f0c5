import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dropBroker } from "./brokers.ts";
import { openDatabase } from "./databases.ts";
import { readJournal } from "./facts.ts";
import type { BrokerName, Death, Fact, Orders, StoreName } from "./model.ts";
import { findingsOf, judge, type Violation } from "./oracle.ts";
import { consumersOf } from "./setup.ts";

/** What came of one case. */
export interface CaseResult {
  readonly store: StoreName;
  readonly broker: BrokerName;
  readonly death: Death;
  /** Whether a process came to the place where it was to die. */
  readonly died: boolean;
  readonly wallMs: number;
  readonly violations: readonly Violation[];
  /** How often each point was passed by the process that ended by itself. */
  readonly points: Readonly<Record<string, number>>;
}

let made = 0;

/** Lets a process die at a point, starts it again until the work is done, and judges what it left. Everything it made is taken away. */
export async function runCase(store: StoreName, broker: BrokerName, death: Death): Promise<CaseResult> {
  const startedMs = performance.now();
  const name = `hfc_${process.pid.toString(36)}_${(++made).toString(36)}`;
  const folder = mkdtempSync(join(tmpdir(), "holdfast-crash-"));
  const orders = { store, broker, name, folder };
  const database = openDatabase(orders);
  try {
    const first = await runChild({ ...orders, death });
    const died = first.signal === "SIGKILL";
    const last = died ? await runChild({ ...orders, death: null }) : first;
    const complaint = last.output === "" ? [] : [{ invariant: "end" as const, what: last.output }];
    const findings = await findingsOf(name, folder, database);
    return {
      store,
      broker,
      death,
      died,
      wallMs: performance.now() - startedMs,
      violations: [...judge(findings), ...(last.status === 0 ? [] : complaint)],
      points: pointsOf(folder),
    };
  } finally {
    await database.drop();
    await database.close();
    await dropBroker(orders, consumersOf(name));
    rmSync(folder, { recursive: true, force: true });
  }
}

function pointsOf(folder: string): Readonly<Record<string, number>> {
  const end = readJournal<Fact>(join(folder, "facts.ndjson")).findLast((fact) => fact.kind === "settled");
  return end?.points ?? {};
}

interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  readonly output: string;
}

const childLimitMs = 120_000;

function runChild(orders: Orders): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        "--conditions=@holdfast/source",
        "--disable-warning=ExperimentalWarning",
        join(import.meta.dirname, "child.ts"),
        JSON.stringify(orders),
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let output = "";
    const take = (chunk: Buffer): void => {
      output = (output + String(chunk)).slice(-4_000);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const limit = setTimeout(() => child.kill("SIGABRT"), childLimitMs);
    child.on("close", (status, signal) => {
      clearTimeout(limit);
      resolve({ status, signal, output: status === 0 ? "" : output });
    });
  });
}
