import { nothingTold, type Told } from "../entry.ts";
import { set } from "./json.ts";

const pair = /(?:^|\s)([A-Za-z_@][\w.@-]{0,60})=(?:"((?:[^"\\]|\\.)*)"?|([^\s"]*))/g;
const begins = /^[A-Za-z_@][\w.@-]{0,60}=/;
const pairsMax = 60;

/** What a line of logfmt tells; `null` where it does not begin as one. */
export function readLogfmt(text: string): Told | null {
  if (!begins.test(text)) return null;
  const told = nothingTold();
  return readPairs(told, text) >= 2 ? told : null;
}

/** Takes what pairs within a text tell; answers how many there were. */
export function readPairs(told: Told, text: string): number {
  let count = 0;
  pair.lastIndex = 0;
  for (let found = pair.exec(text); found !== null && count < pairsMax; found = pair.exec(text)) {
    const [, name = "", quoted, bare = ""] = found;
    set(told, name, quoted === undefined ? bare : quoted.replaceAll(/\\(.)/g, "$1"));
    count++;
  }
  return count;
}
