/** The libraries that are run beside each other, ours last. */
export const libraries = ["cockatiel", "opossum", "p-retry", "undici", "@holdfast/resilience"] as const;
export type Library = (typeof libraries)[number];

/** The library whose answers decide whether the benchmark is met. */
export const ours: "@holdfast/resilience" = "@holdfast/resilience";

/** What came of a scenario. */
export interface Seen {
  readonly right: boolean;
  /** A few words that are the same in every run: no measured times. */
  readonly seen: string;
}

/** Plays a scenario on one library. */
export type Run = () => Promise<Seen>;

/** Some libraries, each with its way to play the same scenario; those without what it is about are left out. */
export type Runs = { readonly [L in Library]?: Run };

/** One row of the catalogue of defects. */
export interface Defect {
  readonly id: `T${number}`;
  /** One sentence of what should happen. */
  readonly what: string;
  readonly runs: Runs;
  /** How long it may take on one library; default 2 s. */
  readonly longestMs?: number;
}

/** A scenario that was played on a library. */
export interface Played extends Seen {
  readonly id: Defect["id"];
  readonly what: string;
  readonly library: Library;
}

const usualMs = 2_000;

/** Plays a scenario. One that throws, does not end or leaves a rejection unhandled is not right, whatever it says itself. */
export async function play(
  { id, what, longestMs = usualMs }: Defect,
  library: Library,
  run: Run,
): Promise<Played> {
  let unhandled = 0;
  const count = (): void => void unhandled++;
  process.on("unhandledRejection", count);
  // Scenarios provoke warnings, of timers that overflow for instance; what comes of it is in their answers.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const { right, seen } = await withinTime(run, longestMs);
    await new Promise((resolve) => setImmediate(resolve));
    const left = unhandled === 0 ? "" : "; a rejection was left unhandled";
    return { id, what, library, right: right && unhandled === 0, seen: seen + left };
  } finally {
    process.emitWarning = emitWarning;
    process.off("unhandledRejection", count);
  }
}

async function withinTime(run: Run, longestMs: number): Promise<Seen> {
  const { promise, resolve } = Promise.withResolvers<Seen>();
  const timer = setTimeout(resolve, longestMs, { right: false, seen: "did not end" });
  const failed = (error: unknown): Seen => ({ right: false, seen: `the scenario threw: ${String(error)}` });
  try {
    return await Promise.race([promise, run().catch(failed)]);
  } finally {
    clearTimeout(timer);
  }
}
