import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CodedError } from "@holdfast/core";
import { remediesOf } from "./remedies.ts";

/** A page of the guide: `references/retries.md` has the name `retries`. */
export interface GuidePage {
  readonly name: string;
  readonly text: string;
}

/** Reads the guide: beside the package when installed, at the root in a clone. */
export function readGuide(): { readonly skill: string; readonly pages: readonly GuidePage[] } {
  const candidates = ["../guide/", "../../../guide/"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const folder = candidates.find((path) => existsSync(join(path, "SKILL.md")));
  if (folder === undefined)
    throw new CodedError("GUIDE_MISSING", "the guide's pages were not found beside the package", {
      remedy: "Install the package again; in a clone, restore the folder guide/.",
    });
  const references = join(folder, "references");
  const pages = readdirSync(references)
    .filter((file) => file.endsWith(".md"))
    .sort()
    .map((file) => ({ name: file.slice(0, -3), text: readFileSync(join(references, file), "utf8") }));
  return { skill: readFileSync(join(folder, "SKILL.md"), "utf8"), pages };
}

/** The guide's remedies by check id. */
export function readRemedies(): Readonly<Record<string, string>> {
  return remediesOf(readGuide().pages.map(({ text }) => text));
}
