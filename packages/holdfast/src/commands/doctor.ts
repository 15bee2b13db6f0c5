import { type Command, defineCommand } from "../command.ts";
import { diagnose } from "../diagnosis.ts";
import { machineFacts } from "../system-machine.ts";

/** Says whether this machine can give trustworthy verdicts. */
export const doctor: Command = defineCommand({
  example: "holdfast doctor",
  arguments: [],
  options: {},
  run: async ({ options }, io) => {
    const diagnoses = diagnose(await machineFacts(io.cwd));
    const bad = diagnoses.some(({ state }) => state === "bad");
    if ((options as { json?: boolean }).json === true)
      io.out(`${JSON.stringify({ schemaVersion: 1, ok: !bad, diagnoses }, null, 2)}\n`);
    else
      for (const { name, state, says, remedy } of diagnoses) {
        io.out(`${state.padEnd(8)} ${name.padEnd(17)} ${says}\n`);
        if (remedy !== undefined) io.out(`${" ".repeat(27)}Remedy: ${remedy}\n`);
      }
    return bad ? 4 : 0;
  },
});
