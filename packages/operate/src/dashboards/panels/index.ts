import type { PanelRow } from "../panel.ts";
import { attemptsRow } from "./attempts.ts";
import { callsRow } from "./calls.ts";
import { consumersRow } from "./consumers.ts";
import { deadLettersRow } from "./dead-letters.ts";
import { objectivesRow } from "./objectives.ts";
import { outboxRow } from "./outbox.ts";
import { protectionRow } from "./protection.ts";
import { transactionsRow } from "./transactions.ts";

/** Every row that a dashboard can have, in the order in which it is read during an incident. */
export const panelRows: readonly PanelRow[] = [
  objectivesRow,
  callsRow,
  attemptsRow,
  protectionRow,
  outboxRow,
  consumersRow,
  deadLettersRow,
  transactionsRow,
];
