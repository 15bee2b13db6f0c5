import type { Explanation } from "./explanation.ts";
import type { Row, Section } from "./section.ts";
import { attemptSection, retriedSection } from "./sections-attempts.ts";
import { chanceSection, outageSection } from "./sections-failure.ts";
import { breakerSection, placesSection } from "./sections-state.ts";
import { timeSection } from "./sections-time.ts";
import { time } from "./words.ts";

/** The explanation in one or two sentences. */
export function summaryOf({ time: facts, attempts }: Explanation): string {
  const { longestMs, attemptTimeoutMs, timeouts } = facts;
  const ends = timeouts === "cooperative" ? "A call is told to end" : "A call ends";
  const bound =
    longestMs === null
      ? "Nothing bounds how long a call may take."
      : `${ends} within ${time(longestMs)}, whatever happens.`;
  const made = attempts.most === 1 ? "one attempt" : `up to ${attempts.most} attempts`;
  const each =
    attemptTimeoutMs === null
      ? ""
      : ` of at most ${time(attemptTimeoutMs)}${attempts.most === 1 ? "" : " each"}`;
  return `${bound} It makes ${made}${each}.`;
}

/** All that there is to say about a policy, in the order in which a newcomer asks. */
export function sectionsOf(explanation: Explanation): readonly Section[] {
  const sections = [
    timeSection(explanation),
    attemptSection(explanation),
    retriedSection(explanation),
    outageSection(explanation),
    breakerSection(explanation),
    chanceSection(explanation),
    placesSection(explanation),
    restSection(explanation),
  ];
  return sections.filter((section) => section !== null);
}

const names: Readonly<Record<Explanation["absent"][number], string>> = {
  retry: "retries",
  budget: "retry budget",
  breaker: "circuit breaker",
  limit: "limit of calls at once",
  rate: "limit of calls per time",
};

function restSection({ absent, defaulted }: Explanation): Section | null {
  const rows: Row[] = [];
  if (absent.length > 0) rows.push(["Not declared", absent.map((part) => names[part]).join(", ")]);
  for (const part of Object.keys(names)) {
    const left = defaulted.filter(({ path }) => path[0] === part);
    const values = left.map(({ path, value }) => `${path.slice(1).join(".")} ${value}`);
    if (left.length > 0) rows.push([`Defaults of ${part}`, values.join(", ")]);
  }
  return rows.length === 0 ? null : { title: "What the policy leaves out", rows };
}
