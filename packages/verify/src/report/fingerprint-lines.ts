import type { Fingerprint } from "../fingerprint/model.ts";
import {
  declaredText,
  fingerprintName,
  policyLine,
  seenText,
  traitNames,
} from "../fingerprint/trait-text.ts";
import { counted, oneLine } from "./text.ts";

/** So many policies have room on one screen. */
const shownMax = 2;

/** The inferred policies, a line each, and what in them differs from the declared ones. */
export function fingerprintLines(all: readonly Fingerprint[]): readonly string[] {
  const shown = all.slice(0, shownMax).flatMap((one) => {
    const line = `Seen at ${fingerprintName(one, all)}: ${policyLine(one)}`;
    const differing = one.traits.filter((trait) => trait.standing === "differs");
    const told = differing.map(
      (trait) =>
        `${traitNames[trait.field]} ${seenText(trait)}, declared ${declaredText(trait.field, trait.declared)}`,
    );
    return told.length === 0 ? [oneLine(line)] : [oneLine(line), oneLine(`differs: ${told.join(" · ")}`)];
  });
  const left = all.length - shownMax;
  return left > 0 ? [...shown, `… ${counted(left, "more policy", "more policies")} in the report`] : shown;
}

/** In how many parts the inferred policies differ from the declared ones; nothing when in none. */
export function differingText(all: readonly Fingerprint[]): readonly string[] {
  const count = all.flatMap(({ traits }) => traits).filter(({ standing }) => standing === "differs").length;
  return count === 0 ? [] : [`policy differs from the contract in ${counted(count, "part")}`];
}
