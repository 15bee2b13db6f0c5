import { crashPoint } from "../crash-points.ts";
import { bury } from "../dead-letters/dead-letter.ts";
import { redrivenOf } from "../dead-letters/redrive-header.ts";
import type { Emit } from "../events.ts";
import type { Session, Store } from "../store.ts";
import type { Tx } from "../tx.ts";
import { putAside } from "./aside.ts";
import type { Entry } from "./page.ts";
import type { LogStatements, Move } from "./statements.ts";
import type { LogTables } from "./tables.ts";

/** What writing needs. */
export interface WritingParts {
  readonly store: Pick<Store, "tables">;
  readonly statements: LogStatements;
  readonly tables: LogTables;
  readonly freshId: () => string;
  readonly emit: Emit;
}

/**
 * Moves the cursor behind messages that have ended, and with it, in one transaction, whatever became of those that were not simply
 * confirmed. Resolves to where the cursor's row lies; null where the log is another relay's: then nothing was written.
 */
export async function writeEnded(
  session: Session,
  parts: WritingParts,
  move: Move,
  entries: readonly Entry[],
): Promise<string | null> {
  const of = (kind: "aside" | "dead"): readonly Entry[] =>
    entries.filter(({ ending }) => ending?.kind === kind);
  const [asides, dead] = [of("aside"), of("dead")];
  crashPoint("relay:before-settle");
  const spot = await (asides.length + dead.length === 0
    ? parts.statements.move(session, move)
    : session.transaction((tx) => writeAll(tx, parts, move, { asides, dead })));
  crashPoint("relay:after-settle");
  if (spot === null) return null;
  if (asides.length > 0) parts.emit({ type: "log.put-aside", messages: asides.length });
  for (const { claimed, ending } of dead) {
    const { id, type: messageType } = claimed.envelope;
    if (ending?.kind === "dead")
      parts.emit({ type: "relay.dead-letter", id, messageType, reason: ending.reason });
  }
  return spot;
}

async function writeAll(
  tx: Tx,
  { store, statements, tables, freshId }: WritingParts,
  move: Move,
  { asides, dead }: { readonly asides: readonly Entry[]; readonly dead: readonly Entry[] },
): Promise<string | null> {
  const spot = await statements.move(tx, move);
  if (spot === null) return null;
  await putAside(tx, tables, asides);
  if (dead.length > 0) crashPoint("relay:before-dead-letter");
  for (const { claimed, ending } of dead) {
    if (ending?.kind !== "dead") continue;
    const { envelope } = claimed;
    const { redrives } = redrivenOf(envelope.headers);
    const { reason, error, history } = ending;
    const letter = { origin: "relay", consumer: null, envelope, reason, error, history, redrives } as const;
    await bury(tx, store.tables, { id: freshId(), ...letter });
  }
  if (dead.length > 0) crashPoint("relay:after-dead-letter");
  return spot;
}
