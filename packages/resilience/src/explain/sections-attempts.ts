import type { AttemptFacts, Explanation } from "./explanation.ts";
import type { Row, Section } from "./section.ts";
import type { WaitFacts } from "./wait-facts.ts";
import { many, time } from "./words.ts";

/** More waits than this are told as the first and the last. */
const waitsMost = 4;

/** How often a call is tried, and after what waits. */
export function attemptSection({ attempts, time: { deadlineMs }, retried }: Explanation): Section | null {
  if (retried === null) return null;
  const rows: Row[] = [
    ["At most", `${many(attempts.most, "attempt")}, the first included`],
    ...fitRows(attempts, deadlineMs),
    ...waitRows(attempts.waits, "Wait before attempt"),
  ];
  const throttled = attempts.throttledWaits;
  const [first] = throttled ?? [];
  const last = throttled?.at(-1);
  if (first !== undefined && last !== undefined) {
    const more = last === first ? "" : `, before the last attempt ${range(last)}`;
    rows.push(["If throttled (429)", `${range(first)}${more}`]);
  }
  if (attempts.retryAfterCapMs !== null) {
    const { retryAfterCapMs: capMs } = attempts;
    const keptMs = deadlineMs === null ? capMs : Math.min(capMs, deadlineMs);
    rows.push([
      "Retry-After",
      `kept up to ${time(keptMs)}; if the provider asks for more than that, or than is left, the call ends`,
    ]);
  }
  return { title: "Attempts", rows };
}

function fitRows(
  { most, hanging, quick, minAttemptMs }: AttemptFacts,
  deadlineMs: number | null,
): readonly Row[] {
  if (deadlineMs === null) return [];
  const rows: Row[] = [["Before the deadline", fits(most, hanging, quick)]];
  if (minAttemptMs > 0) rows.push(["Not begun", `an attempt with less than ${time(minAttemptMs)} left`]);
  return rows;
}

function fits(most: number, { atWorst, onAverage }: AttemptFacts["hanging"], quick: number): string {
  if (atWorst === most) return `all ${most}, even if none is answered and waits are the longest`;
  const average = onAverage > atWorst ? `, ${onAverage} with waits of average length` : "";
  const whole = atWorst === 0 ? "one, which has no end of its own" : `${atWorst} if none is answered`;
  const rest = quick === most ? `all ${most}` : String(quick);
  return `${whole}${average}; ${rest} if they fail quickly`;
}

function waitRows(waits: readonly WaitFacts[], label: string): readonly Row[] {
  const rows = waits.map((wait, index): Row => [`${label} ${index + 2}`, range(wait)]);
  const [first, last] = [rows[0], rows.at(-1)];
  return rows.length <= waitsMost || first === undefined || last === undefined ? rows : [first, last];
}

function range({ minMs, meanMs, maxMs }: WaitFacts): string {
  if (minMs === maxMs) return `always ${time(maxMs)}`;
  return `${minMs === 0 ? "0" : time(minMs)} to ${time(maxMs)}, ${time(meanMs)} on average`;
}

/** What is tried again and what is not. */
export function retriedSection({ retried }: Explanation): Section | null {
  if (retried === null) return null;
  const { always, ifIdempotent, never, idempotent } = retried;
  const rows: Row[] = [];
  if (always.length > 0) rows.push(["Not executed", `${always.join(", ")}: always tried again`]);
  if (ifIdempotent.length > 0) {
    const again = idempotent
      ? "tried again, as calls are idempotent: done twice, they do no harm"
      : "tried again only where the call itself says that it is idempotent";
    rows.push(["Perhaps executed", `${ifIdempotent.join(", ")}: ${again}`]);
  }
  rows.push(["Never", [...never, "what the caller gave up", "what this policy refused"].join(", ")]);
  return { title: "Which failures are tried again", rows };
}
