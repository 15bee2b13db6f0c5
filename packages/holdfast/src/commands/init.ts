import { existsSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { starter } from "@holdfast/contract";
import { CodedError } from "@holdfast/core";
import { type Command, defineCommand } from "../command.ts";

/** Writes a commented starter contract. */
export const init: Command = defineCommand({
  example: "holdfast init services/checkout",
  arguments: [
    { name: "folder", doc: "Where to write it; the current folder when left out.", optional: true },
  ],
  options: {
    service: { kind: "text", value: "name", doc: "The service's name; the folder's when left out." },
    force: { kind: "flag", doc: "Replace a holdfast.yaml that is already there." },
  },
  run: async ({ arguments: [folder = "."], options }, io) => {
    const into = resolve(io.cwd, folder);
    const file = join(into, "holdfast.yaml");
    if (!existsSync(into))
      throw new CodedError("FOLDER_MISSING", `${folder} does not exist`, {
        remedy: "Create the folder first, or name the one your service lives in.",
      });
    if (existsSync(file) && !options.force)
      throw new CodedError("FILE_EXISTS", `${join(folder, "holdfast.yaml")} is already there`, {
        remedy: "Edit it, or pass --force to replace it.",
      });
    writeFileSync(file, starter({ service: options.service ?? basename(into) }));
    const document = { file, next: "holdfast verify --dry-run" };
    if ((options as { json?: boolean }).json === true) io.out(`${JSON.stringify(document, null, 2)}\n`);
    else
      io.err(
        `Wrote ${join(folder, "holdfast.yaml")}. Fill in the lines marked "<- yours", then: holdfast verify --dry-run\n`,
      );
    return 0;
  },
});
