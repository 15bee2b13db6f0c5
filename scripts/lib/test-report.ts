import { inspect } from "node:util";

/** The part of the events of `node:test` that a report needs. */
export interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name?: string;
    readonly nesting?: number;
    readonly file?: string;
    readonly line?: number;
    readonly skip?: string | boolean;
    readonly todo?: string | boolean;
    readonly message?: string;
    readonly details?: { readonly duration_ms?: number; readonly error?: unknown; readonly type?: string };
  };
}

/** What the end of a run says. */
export interface TestSummary {
  readonly ok: boolean;
  readonly text: string;
}

interface FileState {
  readonly names: string[];
  readonly output: string[];
  passed: number;
  failed: number;
  skipped: number;
  /** How long its outermost tests took. */
  tookMs: number;
}

/** Reasons that start like this speak of a service the machine lacks; CI refuses such skips. */
const servicePrefix = "service:";

/** Follows a run event by event: `take` answers the lines to print now, `summary` what stands at the end. */
export class TestReport {
  readonly #files = new Map<string, FileState>();
  readonly #skips: { readonly where: string; readonly reason: string }[] = [];
  readonly #failures: string[] = [];
  readonly #shorten: (file: string) => string;
  readonly #bundles: ReadonlyMap<string, readonly string[]>;
  #passed = 0;
  #current = "";

  /** `bundles` are files that only load other tests: these are told of instead. */
  constructor(
    shorten: (file: string) => string,
    bundles: ReadonlyMap<string, readonly string[]> = new Map(),
  ) {
    this.#shorten = shorten;
    this.#bundles = bundles;
  }

  /** The lines to print for this event; usually none. */
  take({ type, data }: TestEvent): string {
    const file = this.#fileOf(type, data);
    if (file === "") return "";
    const state = this.#stateOf(file);
    if (type === "test:start") {
      state.names.length = data.nesting ?? 0;
      state.names.push(data.name ?? "");
    }
    if (type === "test:stdout" || type === "test:stderr") state.output.push(data.message ?? "");
    state.tookMs += outermostMs(type, data);
    if (type === "test:pass") this.#passOrSkip(state, file, data);
    if (type === "test:fail") return this.#fail(state, file, data);
    if (type === "test:summary") return this.#fileLines(file, data);
    return "";
  }

  /** The last lines and whether the run counts as green. */
  summary(options: {
    readonly requireServices: boolean;
    readonly stoppedBecause: string | null;
  }): TestSummary {
    const missing = this.#skips.filter(({ reason }) => reason.startsWith(servicePrefix));
    const ran = [...this.#files.values()].filter((file) => file.passed + file.failed + file.skipped > 0);
    const lines = [""];
    if (this.#skips.length > 0) {
      lines.push(`Skipped, each with its reason (${this.#skips.length}):`);
      for (const { where, reason } of this.#skips) lines.push(`  - ${where}\n      ${reason}`);
    }
    if (this.#failures.length > 0) {
      lines.push(`Failed (${this.#failures.length}):`);
      for (const failure of this.#failures) lines.push(`  ✗ ${failure}`);
    }
    const refused = options.requireServices && missing.length > 0;
    if (refused)
      lines.push(`HOLDFAST_REQUIRE_SERVICES is set, and ${missing.length} test(s) lacked a service: failed.`);
    if (options.stoppedBecause !== null) lines.push(`Stopped: ${options.stoppedBecause}`);
    if (this.#passed + this.#failures.length + this.#skips.length === 0) lines.push("No test ran: failed.");
    lines.push(
      `${ran.length} files: ${this.#passed} passed, ${this.#failures.length} failed, ${this.#skips.length} skipped`,
    );
    const green = this.#failures.length === 0 && !refused && options.stoppedBecause === null;
    return { ok: green && this.#passed > 0, text: lines.join("\n") };
  }

  /** Tests that a helper declares carry the helper's file: what is nested belongs to the file of its outermost suite. */
  #fileOf(type: string, { file = "", nesting = 0 }: TestEvent["data"]): string {
    if (type === "test:start" && nesting === 0) this.#current = file;
    const isNested = nesting > 0 && ["test:start", "test:pass", "test:fail"].includes(type);
    const isPrinted = this.#bundles.has(file) && (type === "test:stdout" || type === "test:stderr");
    return (isNested || isPrinted) && this.#current !== "" ? this.#current : file;
  }

  #stateOf(file: string): FileState {
    let state = this.#files.get(file);
    if (state === undefined) {
      state = { names: [], output: [], passed: 0, failed: 0, skipped: 0, tookMs: 0 };
      this.#files.set(file, state);
    }
    return state;
  }

  #where(state: FileState, file: string, data: TestEvent["data"]): string {
    const names = [...state.names.slice(0, data.nesting ?? 0), data.name ?? ""];
    return `${this.#shorten(file)} › ${names.join(" › ")}`;
  }

  #passOrSkip(state: FileState, file: string, data: TestEvent["data"]): void {
    const set = data.skip ?? data.todo;
    if (set !== undefined && set !== false) {
      const reason = typeof set === "string" && set !== "" ? set : "no reason given";
      this.#skips.push({ where: this.#where(state, file, data), reason });
      state.skipped++;
    } else if (data.details?.type !== "suite") {
      this.#passed++;
      state.passed++;
    }
  }

  #fail(state: FileState, file: string, data: TestEvent["data"]): string {
    const error = data.details?.error as { failureType?: string; cause?: unknown } | undefined;
    if (error?.failureType === "subtestsFailed" && data.name !== file) return "";
    state.failed++;
    // Tests below a hook that failed: the hook is told, they are only counted.
    if (error?.failureType === "cancelledByParent") return "";
    const ofFile = data.name === file;
    const where = ofFile ? `${this.#shorten(file)} (the file itself)` : this.#where(state, file, data);
    this.#failures.push(where);
    const told = tell(error?.cause ?? error)
      .split("\n")
      .filter((line) => !/\(?node:internal/.test(line));
    const output =
      state.output.length === 0
        ? []
        : ["output of the file:", ...state.output.join("").trimEnd().split("\n")];
    return [`✗ ${where}`, ...[...told, ...output].map((line) => `    ${line}`), ""].join("\n");
  }

  #fileLines(file: string, data: TestEvent["data"]): string {
    const members = this.#bundles.get(file);
    if (members === undefined) {
      const tookMs = (data as { duration_ms?: number }).duration_ms ?? 0;
      return this.#fileLine(file, this.#stateOf(file), tookMs);
    }
    const own = this.#files.get(file);
    const lines = members.map((member) => {
      const state = this.#stateOf(member);
      return this.#fileLine(member, state, state.tookMs);
    });
    if (own !== undefined && own.failed > 0) lines.push(this.#fileLine(file, own, own.tookMs));
    return lines.join("\n");
  }

  #fileLine(file: string, state: FileState, tookMs: number): string {
    const parts = [`${state.passed} passed`];
    if (state.failed > 0) parts.push(`${state.failed} failed`);
    if (state.skipped > 0) parts.push(`${state.skipped} skipped`);
    return `${state.failed > 0 ? "✗" : "✓"} ${this.#shorten(file)}  ${parts.join(", ")} (${Math.round(tookMs)} ms)`;
  }
}

/** How long a test took that stands in no other, when it ends. */
function outermostMs(type: string, { nesting, details }: TestEvent["data"]): number {
  const isEnd = type === "test:pass" || type === "test:fail";
  return isEnd && nesting === 0 ? (details?.duration_ms ?? 0) : 0;
}

/** An assertion says all in its stack; any other error shows its fields too. */
function tell(error: unknown): string {
  const isAssertion = error instanceof Error && (error as { code?: unknown }).code === "ERR_ASSERTION";
  return isAssertion ? (error.stack ?? error.message) : inspect(error, { depth: 6 });
}
