import { existsSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join, relative, resolve } from "node:path";
import type { Contract } from "@holdfast/contract";
import type { OperationsProof } from "@holdfast/operate";
import type { Observation } from "../model.ts";
import { anchorsIn, linkOf, linkPath } from "./links.ts";
import type { LinkFacts, RunbookFacts } from "./model.ts";
import { isKnownProgram, runbookNames } from "./runbook-names.ts";

/** What each runbook names, and which of it is there. */
export function runbookFacts({
  contract,
  observations,
  environment,
}: {
  readonly contract: Contract;
  readonly observations: readonly Observation[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}): readonly RunbookFacts[] {
  const kept = observations.find((one) => one.type === "run")?.runbooks ?? {};
  return Object.entries(kept).flatMap(([integration, { path, text }]) => {
    if (text === null) return [];
    const names = runbookNames(text);
    const beside = dirname(resolve(contract.folder, path));
    const found = (name: string): boolean =>
      [contract.folder, beside].some((folder) => existsSync(resolve(folder, name)));
    return [
      {
        integration,
        path,
        metrics: names.metrics,
        alerts: names.alerts,
        unread: names.unread,
        files: names.files.map((name) => ({ name, exists: found(name) })),
        programs: names.programs.map((name) => ({ name, found: whereIs(name, environment["PATH"] ?? "") })),
      },
    ];
  });
}

function whereIs(program: string, path: string): RunbookFacts["programs"][number]["found"] {
  if (isKnownProgram(program)) return "known";
  const here = path.split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, program)));
  return here ? "here" : "nowhere";
}

/** Every link of an alert, and whether a file of the contract's folder is behind it. */
export function linkFacts(contract: Contract, { alerts, faults }: OperationsProof): readonly LinkFacts[] {
  const annotations = [...alerts, ...faults.flatMap(({ firing }) => firing)].map((one) => one.annotations);
  const links = new Set(annotations.flatMap((texts) => linkOf(texts) ?? []));
  return [...links].map((link) => {
    const path = linkPath(link);
    if (path === null) return { link, exists: null, anchors: [] };
    const file = resolve(contract.folder, path);
    const inside = !relative(contract.folder, file).startsWith("..");
    const exists = inside && existsSync(file) && statSync(file).isFile();
    return { link, exists, anchors: exists ? anchorsIn(readFileSync(file, "utf8")) : [] };
  });
}
