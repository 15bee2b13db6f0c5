import type { RunbookMode, RunbookSubject } from "./mode.ts";
import type { Observed } from "./observed.ts";
import type { Part } from "./parts.ts";
import { partsOf } from "./render.ts";
import { callFor, endsQuery, isItOver, sh, whoseLook } from "./words.ts";

/** A page of an integration, with where it lies. */
export interface ListedMode {
  readonly mode: RunbookMode;
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
      diagnosis: delivering ? [deliveryLook] : [endsLook(about), whoseLook(about)],
      mitigation: [
        {
          says: "Each page has its own steps, the least risky first. What helps against all of them is to take back the last change:",
          run: sh("git log --oneline --since '2 days ago'"),
          risk: 1,
          back: "Looking changes nothing; a deployment that was rolled back is deployed again when it was not the cause.",
        },
      ],
      verification: delivering
        ? { says: "Nothing waits and nothing was given up:", run: sh("npx holdfast outbox status") }
        : isItOver(about),
      escalation: delivering
        ? "After 15 minutes call those who run the broker and the database."
        : callFor(about, 15),
    },
    { alerts: [], observed: [], related: [] },
  );
  return [...parts.slice(0, 2), { id: "pages", text: pagesText(about, modes, observed) }, ...parts.slice(2)];
}

const deliveryLook = {
  says: "See what waits, and what was given up:",
  run: sh("npx holdfast outbox status"),
  answers: [
    { when: "messages wait in the outbox", means: "open the page about an outbox that is stuck" },
    { when: "there are dead letters", means: "open the page about dead letters" },
  ],
};

function endsLook(about: RunbookSubject) {
  return {
    says: "See how calls end, and find the page in the table above:",
    run: endsQuery(about),
    answers: [
      { when: "a code of error stands out", means: "open its page" },
      { when: "only successes", means: "it is over, or it is slow: verify" },
    ],
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
    ({ mode, title, file }) =>
      `| [${title}](${file}) | ${mode.alerts.map((name) => `\`${name}\``).join(", ")} | ${seen(mode)} |`,
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
