import type { Mode } from "../alerts/mode.ts";
import type { ModeSubject } from "../alerts/mode-subject.ts";
import type { AlertRule } from "../rules/rule.ts";
import { growthProofs } from "./growth-proofs.ts";
import { levelProofs } from "./level-proofs.ts";
import type { Proof } from "./proof.ts";
import { shareProofs } from "./share-proofs.ts";

/** The stories of a mode's alert: fires, is silent just below, resolves, and is silent on little, young and absent data. */
export function modeProofs(mode: Mode, subject: ModeSubject, rule: AlertRule): readonly Proof[] {
  switch (mode.kind) {
    case "share":
      return shareProofs(mode, subject, rule);
    case "level":
      return levelProofs(mode, subject, rule);
    case "growth":
      return growthProofs(mode, subject, rule);
  }
}
