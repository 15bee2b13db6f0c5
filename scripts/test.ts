import { globSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";
import { bundle } from "./lib/test-bundles.ts";
import { type TestEvent, TestReport } from "./lib/test-report.ts";

/**
 * `npm test [-- pattern …]`: every test, or those whose path contains one of the patterns. Ends by naming every skip.
 * Tests in a folder `long` take minutes: they run where a pattern names it (`npm test -- long`). Exit status 1 on a failure, and, with
 * HOLDFAST_REQUIRE_SERVICES=1, on a skip for want of a service.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const places = [
  "packages/*/src/**/*.test.ts",
  "packages/*/test/**/*.test.ts",
  "test/**/*.test.ts",
  "scripts/**/*.test.ts",
  "zoo/**/*.test.ts",
  "crash/**/*.test.ts",
  "examples/**/*.test.ts",
];
const silenceMaxMs = 600_000;

/** What the crash matrix does at every point: a sample of it runs with all tests, these where a pattern names them. */
const ofTheMatrix = /^packages\/delivery\/test\/(saga\/crash|idempotency\/crash|consume\/crashes)\.test/;

const patterns = process.argv.slice(2).map((pattern) => pattern.replace(/^\.\//, ""));
const isLong = patterns.some((pattern) => pattern.includes("long"));
const testTimeoutMs = isLong ? 960_000 : 480_000;
const files = globSync(places, { cwd: root, exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path) })
  .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path))
  .filter((path) => !path.includes("/long/") || isLong)
  .filter((path) => !ofTheMatrix.test(path) || patterns.length > 0)
  .filter((path) => patterns.length === 0 || patterns.some((pattern) => path.includes(pattern)))
  .sort();

if (files.length === 0) {
  console.error(`No test file's path contains ${patterns.map((pattern) => `"${pattern}"`).join(" or ")}.`);
  process.exit(2);
}

process.chdir(root);
const startedMs = performance.now();
const stop = new AbortController();
let stoppedBecause: string | null = null;
const watch = () =>
  setTimeout(() => {
    stoppedBecause = `no test said anything for ${silenceMaxMs / 1000} s; a file keeps its process alive.`;
    stop.abort();
  }, silenceMaxMs);
let watchdog = watch();

// Most of the time of a unit test is spent on reading the same sources: they share processes, and what one process has compiled, the next reads.
const scratch = mkdtempSync(join(tmpdir(), "holdfast-tests-"));
process.env["NODE_COMPILE_CACHE"] ??= join(scratch, "compiled");
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const bundles = bundle(files, root, scratch);
const report = new TestReport((file) => relative(root, file), bundles.of);

// Most tests wait for leases, pauses and servers more than they compute: one more than there are cores. Those that break services on purpose and look at how
// long things take get the machine with no more than one other, and the demo, which every measurement has to decide, alone.
const cores = Math.min(2, availableParallelism());
const kinds = [
  { of: /^test\/e2e\/readme\.test/, concurrency: 1 },
  { of: /^(test\/e2e|packages\/verify\/test|packages\/operate\/test|zoo|examples)\//, concurrency: cores },
  { of: /./, concurrency: cores + 1 },
];
const kindOf = (file: string) => kinds.find(({ of }) => of.test(relative(root, file)));
const turns = kinds
  .map((kind) => ({ ...kind, files: bundles.files.filter((file) => kindOf(file) === kind) }))
  .reverse();
for (const turn of turns.filter((one) => one.files.length > 0 && stoppedBecause === null)) {
  const events = run({
    files: turn.files,
    concurrency: turn.concurrency,
    timeout: testTimeoutMs,
    signal: stop.signal,
  });
  for await (const event of events) {
    clearTimeout(watchdog);
    watchdog = watch();
    const lines = report.take(event as TestEvent);
    if (lines !== "") console.log(lines);
  }
}
clearTimeout(watchdog);

const requireServices = process.env["HOLDFAST_REQUIRE_SERVICES"] === "1";
const { ok, text } = report.summary({ requireServices, stoppedBecause });
console.log(
  `${text} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s on Node ${process.versions.node}`,
);
process.exitCode = ok ? 0 : 1;
