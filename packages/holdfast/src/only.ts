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
  const known = nearest(name, [
    ...catalogue.map(({ id }) => id),
    ...items.map(({ id }) => id.split("/")[1] ?? id),
  ]);
  throw new CodedError("USAGE", `--only ${name}: there is no such check or item`, {
    remedy:
      known === undefined ? "holdfast guide lists the items and their checks." : `Did you mean ${known}?`,
  });
}
