import { contractSchema } from "@holdfast/contract";
import { checklistSchema, passiveSchema } from "@holdfast/verify";
import { type Command, defineCommand } from "../command.ts";

/** Prints a JSON Schema. */
export const schema: Command = defineCommand({
  example: "holdfast schema contract > holdfast.schema.json",
  arguments: [{ name: "document", doc: "contract (default), checklist or passive", optional: true }],
  options: {
    of: {
      kind: "choice",
      choices: ["contract", "checklist", "passive"],
      doc: "Which document; the same as the argument.",
    },
  },
  run: async ({ arguments: [named], options }, io) => {
    const wanted = named ?? options.of ?? "contract";
    const found = { contract: contractSchema, checklist: checklistSchema, passive: passiveSchema }[wanted];
    if (found === undefined) {
      io.err(
        `holdfast: USAGE: there is no schema of "${wanted}"\n  Remedy: Choose contract, checklist or passive.\n`,
      );
      return 2;
    }
    io.out(`${JSON.stringify(found(), null, 2)}\n`);
    return 0;
  },
});
