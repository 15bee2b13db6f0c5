import { homedir, hostname } from "node:os";
import { repository, type TextFile } from "../lib/tree.ts";

interface Rule {
  /** Which files it holds for. */
  readonly files: RegExp;
  readonly except?: RegExp;
  readonly pattern: RegExp;
  readonly says: string;
}

const code = /\.(ts|mjs|js)$/;
const everything = /./;

/** Rules that no tool has. Each line of a text is looked at; `tidy: <reason>` in the line allows it. */
const rules: readonly Rule[] = [
  {
    files: /^(packages|scripts)\/.*\.ts$/,
    pattern: /^\s*(await\s+)?using\s+\w+\s*=/,
    says: "`using` cannot be parsed by Node 22.18, the published floor",
  },
  {
    files: /^packages\/.*\.ts$/,
    except: /\/system-random\.ts$/,
    pattern: /\bMath\.random\b/,
    says: "chance is an argument: take a Random; only system-random.ts may ask the machine",
  },
  {
    files: everything,
    except: /^scripts\/(guards\/tidy|tidy\.test)\.ts$/,
    pattern: /\b(TODO|FIXME)\b/,
    says: "finish it or write an issue",
  },
  { files: code, pattern: /^export (type )?\* /, says: "exports are named one by one" },
  {
    files: everything,
    except: /^scripts\/(guards\/tidy|tidy\.test)\.ts$/,
    pattern: /(^|[\s"'`(=:])\/(home|Users)\/[a-z]\w*\/|(^|[\s"'`(=:])\/root\//,
    says: "a path of somebody's machine",
  },
  {
    files: everything,
    except: /^scripts\/(guards\/tidy|tidy\.test)\.ts$/,
    pattern: /\bregistry\.[a-z0-9-]+\.[a-z]{2,}|"resolved": "https?:/,
    says: "a registry host; the user's npm settings decide where packages come from",
  },
];

const linesMax = 250;
/** A table of cases is read from top to bottom. */
const testLinesMax = 350;
/** The interfaces of a package are read as one document, so a `model.ts` of types alone may be longer. */
const modelLinesMax = 450;
const counted = /^(packages|scripts|test|zoo|bench|examples)\/.*\.(ts|mjs|js)$/;

/** Texts that only this machine could have put into a file. */
function ownTraces(): string[] {
  return [repository, homedir(), hostname()].filter((trace) => trace.length > 8);
}

function lineProblems({ path, text }: TextFile, traces: readonly string[]): string[] {
  const active = rules.filter(({ files, except }) => files.test(path) && !(except?.test(path) ?? false));
  return text.split("\n").flatMap((line, index) => {
    if (/\btidy: \w/.test(line)) return [];
    const at = `${path}:${index + 1}`;
    const broken = active.filter(({ pattern }) => pattern.test(line)).map(({ says }) => `${at}: ${says}`);
    const traced = traces.filter((trace) => line.includes(trace));
    return [...broken, ...traced.map(() => `${at}: names this machine or a folder on it`)];
  });
}

function lengthProblems({ path, text }: TextFile): string[] {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  const isModel = path.endsWith("/model.ts") && !/^(export )?(const|let|function|class|async) /m.test(text);
  const isTest = /\.test\.ts$|\/test(ing)?\//.test(path);
  const most = isModel ? modelLinesMax : isTest ? testLinesMax : linesMax;
  if (!counted.test(path) || lines <= most) return [];
  return [`${path}: ${lines} lines; a file is one idea and has at most ${most}`];
}

function readmeProblems(files: readonly TextFile[]): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const packages = files.flatMap(({ path }) => /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1] ?? []);
  return packages
    .filter((name) => !paths.has(`packages/${name}/README.md`))
    .map((name) => `packages/${name}: has no README.md`);
}

/** Everything untidy in these files, one sentence each. */
export function tidyProblems(files: readonly TextFile[], traces: readonly string[] = ownTraces()): string[] {
  const perFile = files.flatMap((file) => [...lineProblems(file, traces), ...lengthProblems(file)]);
  return [...perFile, ...readmeProblems(files)];
}
