import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { capabilityFolders } from "../guards/capabilities.ts";
import { checkTestText, checkText, guideSection, mutantLines, mutantText } from "./check.ts";
import { faultTestText, faultText } from "./fault.ts";
import { insertBefore, withCapability } from "./insert.ts";

/** What cannot be made, and why: the command is wrong, not the project. */
export class Refusal extends Error {}

const kinds = capabilityFolders.map(({ kind }) => kind);
const reserved = new Set([
  "index",
  "default",
  "delete",
  "export",
  "import",
  "new",
  "return",
  "switch",
  "this",
  "throw",
  "try",
  "void",
  "while",
  "with",
  "yield",
]);

/** The texts of a new capability by path, from `read`, which gives the present text of a file or `null`. */
export function scaffold(
  kind: string,
  name: string,
  read: (path: string) => string | null,
): Readonly<Record<string, string>> {
  const folder = capabilityFolders.find((each) => each.kind === kind);
  if (folder === undefined)
    throw new Refusal(`"${kind}" is no kind of capability; there are: ${kinds.join(", ")}`);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || reserved.has(name))
    throw new Refusal(`"${name}" is no good name: lower-case words joined by hyphens, such as slow-start`);
  if (read(`${folder.path}/${name}.ts`) !== null)
    throw new Refusal(`${folder.path}/${name}.ts is there already`);

  const exported = name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const index = `${folder.path}/index.ts`;
  const files = {
    [`${folder.path}/${name}.ts`]: kind === "check" ? checkText(name, exported) : faultText(name, exported),
    [`${folder.path}/${name}.test.ts`]:
      kind === "check" ? checkTestText(name, exported) : faultTestText(name, exported),
    [index]: withCapability(read(index) ?? "", `./${name}.ts`, exported, index),
  };
  return kind === "check" ? { ...files, ...checkExtras(name, read) } : files;
}

function checkExtras(name: string, read: (path: string) => string | null): Record<string, string> {
  const guide = "guide/references/retries.md";
  const zoo = "zoo/mutants/index.ts";
  const built = "zoo/checks.ts";
  const mutants = [`${name}-first`, `${name}-second`];
  const table = insertBefore(
    read(zoo) ?? "",
    /^\};\n\n\/\*\* Consumers with exactly/m,
    mutantLines(name, mutants),
    zoo,
  );
  return {
    [guide]: `${read(guide) ?? "# Retries\n"}${guideSection(name)}`,
    [zoo]: table,
    [built]: insertBefore(read(built) ?? "", /^\] as const;/m, `  "${name}",\n`, built),
    ...Object.fromEntries(mutants.map((id) => [`zoo/mutants/${id}.mjs`, mutantText()])),
  };
}

/** Makes the pieces below `root` and answers their paths. */
export function scaffoldInto(root: string, kind: string, name: string): string[] {
  const read = (path: string): string | null =>
    existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : null;
  const files = scaffold(kind, name, read);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return Object.keys(files);
}
