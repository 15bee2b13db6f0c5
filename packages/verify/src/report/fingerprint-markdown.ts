import type { Fingerprint, Trait } from "../fingerprint/model.ts";
import {
  declaredText,
  fingerprintName,
  rangeText,
  seenText,
  standingWords,
  traitNames,
} from "../fingerprint/trait-text.ts";
import { cellCode, md } from "./markdown-text.ts";
import type { Checklist } from "./model.ts";

/** The inferred policies beside the declared ones, a table each. */
export function fingerprintTables({ fingerprint = [] }: Checklist): readonly string[] {
  if (fingerprint.length === 0) return [];
  return [
    "## Fingerprint",
    "The policy as it looks from outside, inferred from behaviour alone, beside the one that is declared.",
    ...fingerprint.map((one) => table(one, fingerprintName(one, fingerprint))),
  ];
}

function table({ traits }: Fingerprint, name: string): string {
  const rows = traits.map(
    (trait) => `| ${traitNames[trait.field]} | ${inferred(trait)} | ${beside(trait)} | ${md(trait.note)} |`,
  );
  return [`| ${cellCode(name)} | inferred | declared | rests on |`, "|---|---|---|---|", ...rows].join("\n");
}

function inferred(trait: Trait): string {
  const range = rangeText(trait);
  const value = md(seenText(trait));
  return `${trait.value === null ? value : `**${value}**`}${range === "" ? "" : ` (${md(range)})`}`;
}

function beside({ field, declared, standing }: Trait): string {
  if (declared === null) return "–";
  const word = standing === "differs" ? "**differs**" : standingWords[standing];
  return `${md(declaredText(field, declared))}: ${word}`;
}
