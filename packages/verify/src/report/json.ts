import type { Checklist } from "./model.ts";

/** The checklist as `checklist.json` and `verify --json` have it; see `schema/checklist.schema.json`. */
export function renderJson(checklist: Checklist): string {
  return `${JSON.stringify(checklist, null, 2)}\n`;
}
