import { CodedError, items, nearest } from "@holdfast/core";
import { catalogue } from "@holdfast/verify";

/**
 * The ids of the checks that `--only` names: checks (`bounded`), items (`reliability/retries` or `retries`), or an item
 * and a check (`retries/bounded`). `undefined` when it names none: all of them.
 */
export function checkOnly(named: readonly string[]): readonly string[] | undefined {
  if (named.length === 0) return undefined;
  return [...new Set(named.flatMap(checksNamed))];
}

function checksNamed(name: string): readonly string[] {
  const ofItem = catalogue.filter(({ item }) => item === name || item.endsWith(`/${name}`));
  if (ofItem.length > 0) return ofItem.map(({ id }) => id);
  const check = catalogue.find(
    ({ id, item }) => id === name || `${item}/${id}` === name || `${item}/${id}`.endsWith(`/${name}`),
  );
  if (check !== undefined) return [check.id];
  throw new CodedError("USAGE", `--only ${name}: there is no such check or item`, {
    remedy: `${suggestion(name)}Items: ${itemNames.join(", ")}; holdfast guide lists their checks.`,
  });
}

function shortOf(item: string): string {
  return item.slice(item.indexOf("/") + 1);
}

const itemIds = items.map(({ id }) => id);
const itemNames = itemIds.map(shortOf);
const groups = [...new Set(itemIds.map((id) => id.slice(0, id.indexOf("/"))))];

/** A sentence on what was meant, with a space after it; nothing where that is anybody's guess. */
function suggestion(name: string): string {
  const group = nearest(name, groups);
  const known = nearest(name, [...catalogue.map(({ id }) => id), ...itemNames, ...itemIds]);
  if (group !== undefined && (known === undefined || group === name)) {
    const inside = itemIds.filter((id) => id.startsWith(`${group}/`)).map(shortOf);
    return `Did you mean the items of ${group}: --only ${inside.join(",")}? `;
  }
  if (known !== undefined) return `Did you mean ${known}? `;
  // Half of a name is no misspelt one: "dashboards" of dashboards-alerts.
  const halves = itemNames.filter((item) => nearest(name, item.split("-")) !== undefined);
  return halves.length === 0 ? "" : `Did you mean ${halves.join(" or ")}? `;
}
