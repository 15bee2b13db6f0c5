import { integer, object, optional, type Problem } from "@holdfast/core";
import { type Environment, resolveEnvironment } from "./environment.ts";
import type { Acceptance, ContractProblem } from "./model.ts";
import { placed } from "./read-contract.ts";
import { acceptShape } from "./shapes/acceptance.ts";
import { parseSource } from "./source.ts";

/** What came of reading a baseline file. */
export type ReadBaseline =
  | { readonly accept: readonly Acceptance[] }
  | { readonly problems: readonly ContractProblem[] };

/** Reads `holdfast.baseline.yaml`: `accept: […]`, the same list as in a contract. */
export function readBaseline({
  text,
  env,
}: {
  readonly text: string;
  readonly env: Environment;
}): ReadBaseline {
  const parsed = parseSource(text);
  if ("problem" in parsed) return { problems: [parsed.problem] };
  const { value, places } = parsed.source;
  const resolved = resolveEnvironment(value, env);
  const problems: Problem[] = [...resolved.problems];
  const read = object({
    doc: "Findings that are accepted for a while.",
    expected: "a mapping with the key accept",
    fields: {
      holdfast: optional(integer({ min: 1, max: 1, doc: "The version of this format: 1." })),
      accept: acceptShape,
    },
  }).read(resolved.value, [], problems);
  if (read === undefined || problems.length > 0) return { problems: placed(problems, resolved, places) };
  return { accept: read.accept.map((entry, index) => ({ ...entry, place: places.key(["accept", index]) })) };
}
