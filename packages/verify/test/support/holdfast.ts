// A Holdfast of its own for tests that end it: one run of a contract of `service.mjs`, endless experiments.
import process from "node:process";
import { contractOf } from "./contract.ts";
import { experimentOf, fixed, runOf } from "./run.ts";

const hang = { steps: [{ fault: { kind: "hang" }, times: "forever" as const }] };
const experiment = experimentOf("hang", { program: hang, samples: 1000, perInstance: 1 });
await runOf(contractOf(process.argv[2] ?? "good"), fixed([experiment]), {
  out: process.argv[3] ?? "",
  progress: ({ phase, samplesDone }) => process.stdout.write(`${phase} ${samplesDone}\n`),
});
