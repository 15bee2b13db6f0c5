import type { Entry } from "./entry.ts";

const inWords =
  /\bthe ((?:[a-z][\w-]* )?(?:provider|gateway|service|api|server|database|broker))\s(?:answered|failed|refused|did|is|was|returned)/i;
const bare = /^(?:(\w+ )?provider) (?:answered|failed|refused|returned)/i;
const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/?#]+)/i;
const namesMax = 80;

/** Who is called, by the entry's own word; `null` where it names nobody. */
export function dependencyOf({ told }: Entry): string | null {
  if (told.dependency !== null && told.dependency !== "") return named(told.dependency);
  for (const text of [told.reason, told.message]) {
    if (text === null || !/provider|gateway|service|api|server|database|broker/i.test(text)) continue;
    const found = inWords.exec(text.slice(0, 300))?.[1] ?? bare.exec(text)?.[0]?.replace(/ \w+$/, "");
    if (found !== undefined) return found.toLowerCase();
  }
  return told.path === null ? null : (host.exec(told.path)?.[1] ?? null);
}

/** The name of a dependency that is told as an address, without port and path. */
function named(told: string): string {
  const name = host.exec(told)?.[1] ?? told.replace(/:\d{1,5}$/, "");
  return name.length > namesMax ? name.slice(0, namesMax) : name;
}
