import type { CheckResult, ItemResult } from "../model.ts";
import { targetText } from "../place.ts";

/** Where an item stands on the page. */
export function itemAnchor(item: ItemResult): string {
  return `item-${slug(item.id)}`;
}

/** Where a check stands on the page: unique per check and target. */
export function checkAnchor(check: CheckResult): string {
  const parts = [check.item, check.id, check.scenario, targetText(check)];
  return `check-${parts
    .filter((part) => part !== undefined && part !== "")
    .map((part) => slug(part ?? ""))
    .join("-")}`;
}

/** Only letters that need no quoting in an address; others become their number, so that different names stay different. */
function slug(text: string): string {
  return text.replace(/[^A-Za-z0-9-]/g, (letter) =>
    letter === "/" || letter === "." ? "-" : `_${letter.charCodeAt(0).toString(16)}`,
  );
}
