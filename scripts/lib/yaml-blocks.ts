import type { TextFile } from "./tree.ts";

/** A fenced block of a Markdown page that holds a contract or a part of one. */
export interface ContractBlock {
  readonly path: string;
  /** The line of the page on which its text starts. */
  readonly line: number;
  /** A whole contract: what the block leaves out is added. */
  readonly text: string;
}

/** Pages whose contracts have to be right. */
const pages = /^(README\.md|docs\/.*\.md|guide\/.*\.md|packages\/[^/]+\/README\.md)$/;

/** What a block may leave out, each in the least form that is right. */
const least: Readonly<Record<string, string>> = {
  holdfast: "holdfast: 1\n",
  service: 'service: { name: shop, start: node server.js, url: "http://127.0.0.1:${port}" }\n',
  integrations:
    "integrations:\n  payments:\n    protocol: http\n    provider: stub\n    address: { env: PAYMENTS_URL }\n    operations: { charge: { request: POST /v1/charges } }\n",
  scenarios: "scenarios: { buy: { http: { request: POST /orders } } }\n",
};
const topLevel = new Set([...Object.keys(least), "accept", "operations", "plugins"]);

/** The text with everything that it leaves out, or `null` when nothing in it is of a contract. */
function completed(text: string): string | null {
  const keys = [...text.matchAll(/^([A-Za-z]\w*):/gm)].map((match) => match[1] ?? "");
  if (!keys.some((key) => topLevel.has(key))) return null;
  const rest = Object.entries(least).filter(([key]) => !keys.includes(key));
  return text + rest.map(([, part]) => part).join("");
}

/** Every ```yaml block of these pages that holds a contract or whole blocks of one. */
export function contractBlocks(files: readonly TextFile[]): ContractBlock[] {
  return files
    .filter(({ path }) => pages.test(path))
    .flatMap(({ path, text }) => {
      const blocks = [...text.matchAll(/^( *)```ya?ml\b[^\n]*\n([\s\S]*?)^\1```/gm)];
      return blocks.flatMap((match) => {
        const indent = match[1] ?? "";
        const whole = completed((match[2] ?? "").replaceAll(new RegExp(`^${indent}`, "gm"), ""));
        const before = text.slice(0, (match.index ?? 0) + (match[0].indexOf("\n") + 1));
        return whole === null ? [] : [{ path, line: before.split("\n").length, text: whole }];
      });
    });
}
