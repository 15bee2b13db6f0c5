/** What the logs said while one call was watched; a value, filled by `seen`. */
export interface CallWindow {
  readonly call: string;
  /** Texts by which a line is known to belong to the call: trace id, correlation value. */
  readonly ids: readonly string[];
  lines: number;
  linesWithId: number;
  /** Redacted lines: those worth showing first, then others, each bounded. */
  readonly telling: string[];
  readonly others: string[];
}

const excerptLines = 20;
/** Enough for a line of JSON with an error in it. */
const lineLongest = 1_000;
const alarming = /\b(warn(ing)?|err(or)?|fatal|critical|exception)\b|"level":\s*(4|5|6)0\b/i;

/** A window with nothing in it yet. */
export function openWindow(call: string, ids: readonly string[]): CallWindow {
  return { call, ids, lines: 0, linesWithId: 0, telling: [], others: [] };
}

/** Takes one line into the window; `shared` lines (a file of all instances) count only when they carry the id. */
export function seen(window: CallWindow, raw: string, redacted: string, shared: boolean): void {
  const withId = window.ids.some((id) => raw.includes(id));
  if (shared && !withId) return;
  window.lines++;
  if (withId) window.linesWithId++;
  const list = withId || alarming.test(raw) ? window.telling : window.others;
  // Of many lines the first and the last are kept: how a call ended stands in the last.
  if (list.length === excerptLines) list.splice(excerptLines / 2, 1);
  list.push(redacted.slice(0, lineLongest));
}

/** Up to twenty lines, the telling ones first. */
export function excerptOf(window: CallWindow): string[] {
  return [...window.telling, ...window.others].slice(0, excerptLines);
}
