import type { EvidenceFile, Shown, ShownTrait, ShownVerdict } from "./evidence.ts";
import type { Kind } from "./reading.ts";

/** A cell of the atlas: a few words, and the row of the extract that shows it; `null` where nothing was run. */
export interface Cell {
  readonly text: string;
  readonly row: Shown | ShownVerdict | ShownTrait | null;
}

/** What the cells of one client are read from. */
export interface Client {
  readonly file: EvidenceFile;
  /** The contract that posts: that of the primary method, where that is POST. */
  readonly posts: Kind;
  shown(by: Kind, experiment: string): Shown | undefined;
  verdict(by: Kind, check: string): ShownVerdict | undefined;
  trait(field: string): ShownTrait | undefined;
}

/** A client by its extract. */
export function clientOf(file: EvidenceFile): Client {
  const { runs, shown, verdicts, policy } = file.evidence;
  return {
    file,
    posts: runs["POST"] === undefined ? "primary" : "POST",
    shown: (by, experiment) => shown.find((one) => one.by === by && one.experiment === experiment),
    verdict: (by, check) => verdicts.find((one) => one.by === by && one.check === check),
    trait: (field) => policy.find((one) => one.field === field),
  };
}

/** Nothing was run that could tell. */
export const notRun: Cell = { text: "", row: null };

/** `0.4 ms`, `35 ms`, `1.0 s`, `12 s`. */
export function time(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 995) return `${Math.round(ms)} ms`;
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/** How many requests a call made whose first one met the fault, and how long after it the second came. */
export function again(client: Client, by: Kind, experiment: string): Cell {
  const row = client.shown(by, experiment);
  if (row === undefined) return notRun;
  const wait = row.waitsMs?.[0];
  return { text: wait === undefined ? "–" : time(wait[1]), row };
}

/** How many requests came on the wire for one call whose connection broke, and by whom the second was sent. */
export function requests(client: Client, by: Kind, experiment: string): Cell {
  const row = client.shown(by, experiment);
  if (row === undefined) return notRun;
  if (experiment.endsWith("-reused") && row.onReused === undefined) return { text: "never reused", row };
  const most = Math.max(...row.attempts);
  const wait = row.waitsMs?.[0]?.[1];
  if (wait === undefined || most < 2) return { text: String(most), row };
  return { text: `${most}, ${isReplay(client, row) ? "replay" : "retry"} ${time(wait)}`, row };
}

/** The same bytes, at least once within 32 ms, from a client that never sends again in such haste after a 503. */
function isReplay(client: Client, { waitsMs, example }: Shown): boolean {
  const leastMs = (row: Shown | undefined) => row?.waitsMs?.[0]?.[0] ?? Number.POSITIVE_INFINITY;
  const afterStatus = (["primary", "POST"] as const).map((by) => leastMs(client.shown(by, "503-once")));
  const isHasty = (waitsMs?.[0]?.[0] ?? Number.POSITIVE_INFINITY) <= replayWithinMs;
  return example?.attempts[1]?.same === true && isHasty && Math.min(...afterStatus) > replayWithinMs;
}

const replayWithinMs = 32;

/** The same after silence: an attempt that was not given up within the watch tells nothing. */
export function afterSilence(client: Client): Cell {
  const row = client.shown("primary", "hang-forever");
  if (row === undefined) return notRun;
  const wait = row.waitsMs?.[0];
  if (wait !== undefined) return { text: time(wait[1]), row };
  return { text: row.open === undefined ? "–" : "not given up", row };
}

/** How long something is endured, by the inferred policy. */
export function endured(client: Client, field: string): Cell {
  const row = client.trait(field);
  if (row === undefined) return notRun;
  if (typeof row.value === "number") return { text: time(row.value), row };
  return { text: row.atLeast === undefined ? "?" : `> ${time(row.atLeast)}`, row };
}

/** How long a call takes whose attempts all meet the fault; of one that was still open, how long it was watched. */
export function took(client: Client, experiment: string): Cell {
  const row = client.shown("primary", experiment);
  if (row === undefined) return notRun;
  const [, middle, most] = row.tookMs;
  return { text: row.open === undefined ? time(middle) : `> ${time(most)}`, row };
}

/** What becomes of the connection of an attempt that was given up. */
export function released(client: Client): Cell {
  const row = client.verdict("primary", "cancels-on-the-wire");
  if (row === undefined) return notRun;
  const afterMs = row.estimate?.value;
  if (afterMs === undefined) return { text: "none given up", row };
  if (row.verdict === "fail") return { text: `open > ${time(afterMs)}`, row };
  return { text: afterMs < 1 ? "closed at once" : `closed after ${time(Math.max(0, afterMs))}`, row };
}

/** A part of the inferred policy in a word. */
export function word(client: Client, field: string): Cell {
  const row = client.trait(field);
  if (row === undefined) return notRun;
  const { value, possible, atLeast } = row;
  if (Array.isArray(value)) return { text: value.length === 0 ? "nothing" : value.join(", "), row };
  if (value !== null) return { text: String(value), row };
  if (possible !== undefined && possible.length > 0) return { text: `${possible.join(" or ")}?`, row };
  return { text: atLeast === undefined ? "?" : `≥ ${atLeast}`, row };
}

/** Waits of a call whose attempts all get a 503: the median of each, with the range where they differ by more than a tenth. */
export function waits(client: Client): Cell {
  const row = client.shown("primary", "503-forever");
  if (row === undefined) return notRun;
  const texts = (row.waitsMs ?? []).slice(0, 4).map(([least, middle, most]) => {
    const spread = most - least > Math.max(20, 0.1 * middle);
    return spread ? `${time(least)} to ${time(most)}` : time(middle);
  });
  return { text: texts.length === 0 ? "–" : texts.join(" · "), row };
}

/** Attempts of a call whose attempts all get a 503. */
export function attempts(client: Client): Cell {
  const row = client.shown("primary", "503-forever");
  if (row === undefined) return notRun;
  const most = Math.max(...row.attempts);
  return { text: row.open === undefined ? String(most) : `≥ ${most} in ${time(row.tookMs[2])}`, row };
}

/** The wait before the next request after Retry-After; a call that was not made again within the watch may still have waited. */
export function waitAsked(client: Client, experiment: string): Cell {
  const row = client.shown("primary", experiment);
  if (row === undefined) return notRun;
  const wait = row.waitsMs?.[0];
  if (wait !== undefined) return { text: time(wait[1]), row };
  return { text: row.open === undefined ? "–" : `> ${time(row.tookMs[2])}`, row };
}

/** Executions by the provider for one call whose first reply got lost. */
export function effects(client: Client, way: string): Cell {
  const row = client.shown(client.posts, `lost-reply-${way}`);
  if (row?.effects === undefined) return notRun;
  const [least, most] = [Math.min(...row.effects), Math.max(...row.effects)];
  return { text: least === most ? String(most) : `${least} to ${most}`, row };
}

/** Whether the key of a call stays the same on its attempts. */
export function keyStays(client: Client): Cell {
  const row = client.verdict(client.posts, "key-stable");
  if (row === undefined) return notRun;
  const text = { pass: "yes", fail: "no", advice: "no", "not-applicable": "–" }[row.verdict];
  return { text: text ?? "?", row };
}

/** Whether calls stopped reaching a provider that failed 150 times; where they take long, by those that had failed while others began. */
export function opened(client: Client): Cell {
  const row = client.verdict("load", "opens");
  if (row === undefined) return notRun;
  if (row.verdict === "pass") return { text: `after ${row.estimate?.value ?? "?"} calls`, row };
  const failed = row.measured?.["calls that failed before the last began"] ?? 0;
  return { text: row.verdict === "inconclusive" && failed < 30 ? "?" : "not seen", row };
}

/** Requests for each call while the provider failed. */
export function pressure(client: Client, part: "in all" | "in the last third"): Cell {
  const name = `requests for each call ${part}`;
  const rows = ["opens", "budget"].flatMap((check) => client.verdict("load", check) ?? []);
  const row = rows.find(({ measured }) => measured?.[name] !== undefined);
  if (row !== undefined) return { text: String(row.measured?.[name]), row };
  return { text: rows[0]?.verdict === "pass" ? "–" : "?", row: rows[0] ?? null };
}
