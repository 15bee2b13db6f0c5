import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A folder in which one capability is one file, one test and one line of the index. */
export interface CapabilityFolder {
  /** What one is called: `fault`, `check`. */
  readonly kind: string;
  /** From the root of the repository. */
  readonly path: string;
  /** The field that must equal the file's name. */
  readonly named: "kind" | "id";
  /** Fields that must hold a sentence. */
  readonly told: readonly string[];
}

/** The folders that are guarded; a new kind of capability is a line here. */
export const capabilityFolders: readonly CapabilityFolder[] = [
  { kind: "fault", path: "packages/faults/src/faults", named: "kind", told: ["summary"] },
  { kind: "check", path: "packages/verify/src/checks", named: "id", told: ["question", "rule", "source"] },
  { kind: "lint rule", path: "packages/resilience/src/lint-rules", named: "id", told: ["doc", "source"] },
];

/** Names of the capabilities of a folder: its files without index and tests. */
export function capabilityNames(root: string, { path }: CapabilityFolder): string[] {
  const folder = join(root, path);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "index.ts")
    .map((file) => file.slice(0, -".ts".length))
    .sort();
}

/** What is missing for one capability to be whole, one sentence each. */
export async function capabilityProblems(
  root: string,
  folder: CapabilityFolder,
  name: string,
): Promise<string[]> {
  const at = `${folder.path}/${name}.ts`;
  const problems = [...placeProblems(root, folder, name), ...(await declarationProblems(root, folder, name))];
  if (folder.kind === "check")
    problems.push(...guideProblems(root, name), ...(await zooProblems(root, name)));
  return problems.map((problem) => `${at}: ${problem}`);
}

function read(root: string, path: string): string {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "";
}

function placeProblems(root: string, { path }: CapabilityFolder, name: string): string[] {
  const problems: string[] = [];
  if (!existsSync(join(root, path, `${name}.test.ts`)))
    problems.push(`has no test beside it (${name}.test.ts)`);
  if (!read(root, `${path}/index.ts`).includes(`"./${name}.ts"`))
    problems.push("is not imported in index.ts");
  return problems;
}

async function declarationProblems(root: string, folder: CapabilityFolder, name: string): Promise<string[]> {
  const module = (await import(pathToFileURL(join(root, folder.path, `${name}.ts`)).href)) as object;
  const declared = Object.values(module).filter(
    (value): value is Record<string, unknown> =>
      typeof value === "object" && value !== null && folder.named in value,
  );
  const [declaration] = declared;
  if (declaration === undefined || declared.length > 1)
    return [`exports ${declared.length} ${folder.kind}s, one file is one ${folder.kind}`];
  const problems: string[] = [];
  if (declaration[folder.named] !== name)
    problems.push(`its ${folder.named} is "${String(declaration[folder.named])}", not the name of the file`);
  for (const field of folder.told) {
    const text = declaration[field];
    if (typeof text !== "string" || text.trim().length < 10) problems.push(`its ${field} says nothing`);
  }
  return problems;
}

function guideProblems(root: string, name: string): string[] {
  const folder = join(root, "guide/references");
  const pages = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".md")) : [];
  const sections = pages.flatMap((page) => readFileSync(join(folder, page), "utf8").split(/^(?=#{1,6} )/m));
  const section = sections.find((each) => new RegExp(`^### +\`?${name}\`?\\s*\\n`).test(each));
  if (section === undefined) return [`no page of guide/references has a section "### ${name}"`];
  if (!/^Remedy: \S.{9}/m.test(section)) return [`its section in the guide has no "Remedy: …" paragraph`];
  return [];
}

/** Sensitivity needs more than one way to be wrong. */
const mutantsMin = 2;

async function zooProblems(root: string, name: string): Promise<string[]> {
  const index = join(root, "zoo/mutants/index.ts");
  if (!existsSync(index)) return ["there is no zoo/mutants/index.ts"];
  const { mutants } = (await import(pathToFileURL(index).href)) as {
    readonly mutants: readonly { readonly id: string; readonly fails: string }[];
  };
  const planted = mutants.filter(({ fails }) => fails === name).map(({ id }) => id);
  const problems: string[] = [];
  if (planted.length < mutantsMin)
    problems.push(
      `${planted.length} mutants in zoo/mutants/index.ts fail it; it takes at least ${mutantsMin}`,
    );
  for (const id of planted.filter((each) => !saysItsDefect(root, each)))
    problems.push(`zoo/mutants/${id}.mjs does not say its one defect (/** … */)`);
  return problems;
}

/** In JavaScript, or in the first line of a program in Python. */
function saysItsDefect(root: string, id: string): boolean {
  return (
    /\/\*\* ?\S.{9,}\*\//s.test(read(root, `zoo/mutants/${id}.mjs`)) ||
    /^"""\S.{9,}"""/s.test(read(root, `zoo/mutants/${id}.py`))
  );
}
