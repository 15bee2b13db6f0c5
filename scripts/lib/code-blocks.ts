import { spawn } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { writeFiles } from "./temp.ts";
import { repository, type TextFile } from "./tree.ts";

/** A fenced ```ts block of a Markdown page: a module of its own, that is compiled, and run where the page says what it prints. */
export interface CodeBlock {
  readonly path: string;
  /** The line of the page on which its text starts. */
  readonly line: number;
  readonly text: string;
  /** The lines that it prints: what its `// prints …` comments promise, or the ```text block below it; `null` where it is not run. */
  readonly prints: readonly string[] | null;
}

/** Pages whose code has to be right. */
const pages = /^(README\.md|docs\/.*\.md|guide\/.*\.md|packages\/[^/]+\/README\.md)$/;

/** A block, and the block of output that stands directly below it, if any. */
const fenced = /^( *)```ts\n([\s\S]*?)^\1```\n(?:\n\1```text\n([\s\S]*?)^\1```$)?/gm;

const promise = /\/\/ prints (.*)$/gm;

/** Every ```ts block of these pages. */
export function codeBlocks(files: readonly TextFile[]): CodeBlock[] {
  return files
    .filter(({ path }) => pages.test(path))
    .flatMap(({ path, text: page }) =>
      [...page.matchAll(fenced)].map(({ 1: indent = "", 2: block = "", 3: output, index }) => {
        const outdented = (lines: string): string => lines.replaceAll(new RegExp(`^${indent}`, "gm"), "");
        const line = page.slice(0, index).split("\n").length + 1;
        const text = outdented(block);
        return { path, line, text, prints: promised(text, output && outdented(output)) };
      }),
    );
}

function promised(text: string, output: string | undefined): readonly string[] | null {
  if (output !== undefined) return linesOf(output);
  const lines = [...text.matchAll(promise)].map(([, line = ""]) => line);
  return lines.length === 0 ? null : lines;
}

/** The file of a block. */
function fileOf({ path, line }: CodeBlock): string {
  return `${path.replaceAll("/", ".")}.${line}.ts`;
}

/** What is different from the repository: a snippet is no library, and may show a value that it does nothing with. */
const options = {
  noEmit: true,
  allowImportingTsExtensions: true,
  declaration: false,
  declarationMap: false,
  isolatedDeclarations: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
};

/** Lays blocks out as files, in a folder that sees the packages and the libraries of this repository. */
export function writeBlocks(folder: string, blocks: readonly CodeBlock[]): void {
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  // Empty lines above a block give its lines the numbers that they have on the page.
  const files = blocks.map((block) => [fileOf(block), "\n".repeat(block.line - 1) + block.text] as const);
  writeFiles(folder, {
    "package.json": '{ "type": "module" }\n',
    "tsconfig.json": JSON.stringify({
      extends: join(repository, "tsconfig.base.json"),
      compilerOptions: options,
      include: ["*.ts"],
    }),
    ...Object.fromEntries(files),
  });
}

/** What the compiler says of the blocks that `writeBlocks` wrote, each by its page and line. */
export async function typeProblems(folder: string, blocks: readonly CodeBlock[]): Promise<string[]> {
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  const { stdout } = await ended([compiler, "-p", folder, "--pretty", "false"], folder);
  return linesOf(stdout).map((line) => {
    const [, file = "", at = "", says = ""] = /^(.*?)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
    const block = blocks.find((each) => fileOf(each) === relative(folder, join(folder, file)));
    return block === undefined ? line : `${block.path}:${at}: ${says}`;
  });
}

/** The lines that a block prints, and what it says when it fails. */
export async function printedBy(folder: string, block: CodeBlock): Promise<readonly string[]> {
  const { status, stdout, stderr } = await ended(["--conditions=@holdfast/source", fileOf(block)], folder);
  return status === 0 ? linesOf(stdout) : [...linesOf(stdout), `exit status ${status}`, ...linesOf(stderr)];
}

function linesOf(text: string): string[] {
  return text.trimEnd() === ""
    ? []
    : text
        .trimEnd()
        .split("\n")
        .map((line) => line.trimEnd());
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function ended(args: readonly string[], cwd: string): Promise<Ended> {
  const { promise: end, resolve, reject } = Promise.withResolvers<Ended>();
  // Most of what a snippet takes is reading the packages: after the first one they are in the cache.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(cwd, ".cache") };
  const child = spawn(process.execPath, args, {
    cwd,
    env,
    timeout: 60_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  child.on("error", reject);
  child.on("close", (status) => resolve({ status, ...texts }));
  return end;
}
