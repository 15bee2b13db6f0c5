import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A mistake that `naive` makes on purpose: which check must find it, and the replacement of text that mends it. */
export interface Defect {
  readonly id: string;
  readonly check: string;
  readonly integration: string;
  readonly operation: string;
  readonly what: string;
  readonly where: { readonly file: string; readonly marker: string };
  readonly undo: { readonly file: string; readonly find: string; readonly replace: string };
}

const here = import.meta.dirname;

/** The mistakes of `naive`, in the order of the checklist. */
export async function readDefects(): Promise<readonly Defect[]> {
  return JSON.parse(await readFile(join(here, "naive", "defects.json"), "utf8")) as Defect[];
}

/** Copies the example into `folder`, with the given mistakes of `naive` mended there; answers the folder of that `naive`. */
export async function copyWithout(defects: readonly Defect[], folder: string): Promise<string> {
  const naive = join(folder, "naive");
  await cp(join(here, "naive"), naive, {
    recursive: true,
    filter: (source) => !source.includes(".holdfast"),
  });
  await cp(join(here, "shared"), join(folder, "shared"), { recursive: true });
  for (const { id, undo } of defects) {
    const file = join(naive, undo.file);
    const pieces = (await readFile(file, "utf8")).split(undo.find);
    if (pieces.length !== 2)
      throw new Error(`${id}: the text to replace stands ${pieces.length - 1} times in ${undo.file}`);
    await writeFile(file, pieces.join(undo.replace));
  }
  return naive;
}
