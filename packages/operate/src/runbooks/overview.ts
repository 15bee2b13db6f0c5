import type { Look, RunbookMode, RunbookSubject } from "./mode.ts";
import type { Observed } from "./observed.ts";
import type { Part } from "./parts.ts";
import { partsOf } from "./render.ts";
import { answersFor, callFor, endsQuery, failuresQuery, isItOver, sh, whoseLook } from "./words.ts";

/** A page of an integration, with where it lies. */
export interface ListedMode {
  readonly mode: RunbookMode;
  readonly alerts: readonly string[];
  readonly title: string;
  readonly file: string;
}

/** The page that alerts lead to: it finds out which failure it is, and leads on. */
export function overviewParts(
  about: RunbookSubject,
  modes: readonly ListedMode[],
  observed: readonly Observed[],
): readonly Part[] {
  const { subject } = about;
  const { integration, service } = subject;
  const delivering = subject.source === "delivery";
  const what = delivering ? `the messages of ${service}` : `calls of ${service} to ${integration}`;
  const parts = partsOf(
    {
      meaning: `Something is wrong with ${what}. This page finds out what, and leads to the page about it.`,
      impact: `See the page of the failure. Until it is known, assume that everything that needs ${delivering ? "these messages" : integration} is affected.`,
      diagnosis: delivering ? [deliveryLook] : [endsLook(about), failuresLook(about), whoseLook(about)],
      mitigation: [
        {
          says: "Each page has its own steps, the least risky first. Whatever it is, it may have begun with a change of ours: see what was changed, and roll back what fits the time of the first failure:",
          run: sh("git log --oneline --since '2 days ago'"),
          risk: 1,
          back: "Looking changes nothing. What was rolled back and is not the cause is deployed again.",
        },
      ],
      verification: delivering
        ? { says: "Nothing waits and nothing was given up:", run: sh("npx holdfast outbox status") }
        : isItOver(about),
      escalation: delivering
        ? "After 15 minutes call those who run the broker and the database."
        : callFor(about, 15),
    },
    { alerts: [], observed: [], related: [], policyRuns: true },
  );
  return [...parts.slice(0, 2), { id: "pages", text: pagesText(about, modes, observed) }, ...parts.slice(2)];
}

const deliveryLook: Look = {
  says: "See what waits, and what was given up:",
  run: sh("npx holdfast outbox status"),
  answers: [
    { when: "messages wait in the outbox", means: "open the page about an outbox that is stuck" },
    { when: "there are dead letters", means: "open the page about dead letters" },
  ],
};

function endsLook(about: RunbookSubject): Look {
  return {
    says: "See how calls end:",
    run: endsQuery(about),
    answers: answersFor(about, {
      ours: [
        { when: "`OPEN`", means: "the breaker refuses calls: open its page, and see below why it opened" },
        { when: "`FULL` or `RATE`", means: "our own limits refuse calls: see who sends more than usual" },
        { when: "any other code of error", means: "attempts fail: see below why" },
        { when: "only successes", means: "it is over, or it is slow: open the page about a slow provider" },
      ],
      others: [
        { when: "errors", means: "see below by which" },
        { when: "only successes", means: "it is over, or it is slow: open the page about a slow provider" },
      ],
    }),
  };
}

function failuresLook(about: RunbookSubject): Look {
  return {
    says: "See why attempts fail, and open that page:",
    run: failuresQuery(about),
    answers: answersFor(about, {
      ours: [
        { when: "`unavailable`, or `ambiguous` with a status of 5xx", means: "the provider is unavailable" },
        { when: "`ambiguous` with `timeout`", means: "the provider is silent or slow" },
        { when: "`throttled`", means: "the provider limits the rate" },
        { when: "`unsent`, or `ambiguous` with `ECONNRESET`", means: "connections are refused or reset" },
      ],
      others: [
        { when: "a status of 5xx", means: "the provider is unavailable" },
        { when: "timeouts", means: "the provider is silent or slow" },
        { when: "429", means: "the provider limits the rate" },
        { when: "`ECONNREFUSED`, `ECONNRESET` or the like", means: "connections are refused or reset" },
      ],
    }),
  };
}

function pagesText(
  { subject }: RunbookSubject,
  modes: readonly ListedMode[],
  observed: readonly Observed[],
): string {
  const seen = (mode: RunbookMode): string => {
    const found = observed.filter(
      (one) => one.integration === subject.integration && mode.shownAs.includes(one.mode),
    );
    const first = found.find(({ signature }) => signature !== null)?.signature;
    return first === undefined || first === null ? "" : cell(first);
  };
  const rows = modes.map(
    ({ mode, alerts, title, file }) =>
      `| [${title}](${file}) | ${alerts.map((name) => `\`${name}\``).join(", ")} | ${seen(mode)} |`,
  );
  return ["## Which failure is it?", "", "| failure | alerts | seen as |", "|---|---|---|", ...rows].join(
    "\n",
  );
}

/** What somebody else wrote, in a cell of a table. */
function cell(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}`|\\<>]+/gu, " ").trim();
  return `\`${plain.slice(0, 120).toWellFormed()}\``;
}
