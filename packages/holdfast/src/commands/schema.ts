import { contractSchema } from "@holdfast/contract";
import { checklistSchema } from "@holdfast/verify";
import { type Command, defineCommand } from "../command.ts";

/** Prints a JSON Schema. */
export const schema: Command = defineCommand({
  name: "schema",
  summary: "Prints the JSON Schema of the contract, for editors, or of the checklist.",
  example: "holdfast schema contract > holdfast.schema.json",
  arguments: [{ name: "document", doc: "contract (default) or checklist", optional: true }],
  options: {
    of: {
      kind: "choice",
      choices: ["contract", "checklist"],
      doc: "Which document; the same as the argument.",
    },
  },
  run: async ({ arguments: [named], options }, io) => {
    const wanted = named ?? options.of ?? "contract";
    const found = { contract: contractSchema, checklist: checklistSchema }[wanted];
    if (found === undefined) {
      io.err(`holdfast: USAGE: there is no schema of "${wanted}"\n  Remedy: Choose contract or checklist.\n`);
      return 2;
    }
    io.out(`${JSON.stringify(found(), null, 2)}\n`);
    return 0;
  },
});
