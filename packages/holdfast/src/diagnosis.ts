/** One thing that a machine needs for trustworthy verdicts, and how this machine does. */
export interface Diagnosis {
  readonly name: string;
  readonly state: "ok" | "warning" | "bad";
  readonly says: string;
  readonly remedy?: string;
}

/** What was measured on a machine. */
export interface MachineFacts {
  readonly nodeVersion: string;
  readonly platform: string;
  readonly cores: number;
  readonly freeMemoryBytes: number;
  readonly descriptorsMax: number | null;
  readonly canListen: string | null;
  readonly canWrite: string | null;
  readonly canReadProcesses: boolean;
  /** How late 20 ms sleeps woke up, in ms. */
  readonly latenessMs: readonly number[];
}

/** Judges a machine: `bad` stops a verification, `warning` makes verdicts inconclusive or slow. */
export function diagnose(facts: MachineFacts): Diagnosis[] {
  return [
    node(facts),
    listening(facts),
    writing(facts),
    descriptors(facts),
    processes(facts),
    capacity(facts),
    noise(facts),
  ];
}

function node({ nodeVersion }: MachineFacts): Diagnosis {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const name = "Node";
  if (major > 22 || (major === 22 && minor >= 18)) return { name, state: "ok", says: nodeVersion };
  return { name, state: "bad", says: `${nodeVersion} is too old`, remedy: "Install Node 22.18.0 or newer." };
}

function listening({ canListen }: MachineFacts): Diagnosis {
  const name = "Loopback ports";
  if (canListen === null) return { name, state: "ok", says: "127.0.0.1 listens on a free port and answers" };
  return { name, state: "bad", says: canListen, remedy: "Allow listening on 127.0.0.1 (sandbox, firewall)." };
}

function writing({ canWrite }: MachineFacts): Diagnosis {
  const name = "Run folder";
  if (canWrite === null) return { name, state: "ok", says: "this folder is writable" };
  return {
    name,
    state: "bad",
    says: canWrite,
    remedy: "Run where you may write, or name a folder with --out.",
  };
}

function descriptors({ descriptorsMax }: MachineFacts): Diagnosis {
  const name = "File descriptors";
  if (descriptorsMax === null)
    return { name, state: "warning", says: "the limit could not be read on this platform" };
  if (descriptorsMax >= 1024) return { name, state: "ok", says: `${descriptorsMax}` };
  return {
    name,
    state: "warning",
    says: `${descriptorsMax} is little for parallel instances`,
    remedy: "Raise it (ulimit -n 4096) or pass --jobs 2.",
  };
}

function processes({ canReadProcesses, platform }: MachineFacts): Diagnosis {
  const name = "Process table";
  if (canReadProcesses) return { name, state: "ok", says: "children are found by their run's marker" };
  return {
    name,
    state: "warning",
    says: `not readable on ${platform}: only process groups can be ended, bypasses are not seen`,
    remedy: "Run on Linux with /proc mounted for the full guarantees.",
  };
}

function capacity({ cores, freeMemoryBytes }: MachineFacts): Diagnosis {
  const gib = freeMemoryBytes / 2 ** 30;
  const says = `${cores} cores, ${gib.toFixed(1)} GiB free`;
  const name = "Capacity";
  if (cores >= 2 && gib >= 1) return { name, state: "ok", says };
  return { name, state: "warning", says, remedy: "Pass --jobs 2; expect longer runs and wider intervals." };
}

/** From σ 5 ms or p99 50 ms on, timing checks may stay inconclusive. */
function noise({ latenessMs }: MachineFacts): Diagnosis {
  const sorted = latenessMs.toSorted((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  const deviations = sorted.map((lateness) => Math.abs(lateness - median)).sort((a, b) => a - b);
  const sigmaMs = 1.4826 * quantile(deviations, 0.5);
  const p99Ms = quantile(sorted, 0.99);
  const says = `σ ${sigmaMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms over ${sorted.length} sleeps`;
  if (sigmaMs <= 5 && p99Ms <= 50) return { name: "Noise", state: "ok", says };
  return {
    name: "Noise",
    state: "warning",
    says: `${says}: timing checks may stay inconclusive`,
    remedy: "Stop other load on this machine, or lower --jobs.",
  };
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
