import type { Command } from "../command.ts";
import { completionOf } from "./completion.ts";
import { deadLetters } from "./dead-letters.ts";
import { diagnose } from "./diagnose.ts";
import { diff } from "./diff.ts";
import { doctor } from "./doctor.ts";
import { explain } from "./explain.ts";
import { generate } from "./generate.ts";
import { guide } from "./guide.ts";
import { init } from "./init.ts";
import { judge } from "./judge.ts";
import { outbox } from "./outbox.ts";
import { report } from "./report.ts";
import { runbooks } from "./runbooks.ts";
import { saga } from "./saga.ts";
import { schema } from "./schema.ts";
import { verify } from "./verify.ts";

/** Every command, in the order in which a newcomer meets them. */
export const commands: readonly Command[] = [
  init,
  explain,
  verify,
  judge,
  report,
  diff,
  diagnose,
  generate,
  runbooks,
  guide,
  schema,
  outbox,
  deadLetters,
  saga,
  doctor,
  completionOf(() => commands),
];
