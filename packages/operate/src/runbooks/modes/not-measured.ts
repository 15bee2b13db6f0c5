import { absentNames } from "../../alerts/metric-absent.ts";
import type { RunbookMode } from "../mode.ts";
import { endsQuery, isItOver, promql, sh } from "../words.ts";

/** An objective that nobody measures is always kept. */
export const notMeasured: RunbookMode = {
  id: "not-measured",
  title: "Objective not measured",
  of: "integration",
  alerts: [absentNames.objective],
  shownAs: [],
  related: ["budget-burn"],
  applies: ({ objectives }) => objectives.length > 0,
  write: (of) => ({
    meaning: `For an hour Prometheus has had no numbers about calls to ${of.subject.integration}.`,
    impact: "No alert on its objectives can fire: an outage now would be told by customers.",
    diagnosis: [
      {
        says: "See whether the service is scraped:",
        run: promql("up == 0"),
        answers: [
          {
            when: "the service is listed",
            means: "its metrics cannot be read: see whether it runs, and its endpoint",
          },
          { when: "it is not", means: "it is scraped, or unknown to Prometheus: see the next answer" },
        ],
      },
      {
        says: "See whether any call is counted:",
        run: endsQuery(of),
        answers: [
          {
            when: "nothing",
            means: "there are no calls, or they are counted under another name: compare job and policy",
          },
          {
            when: "numbers",
            means: "the histogram or a bucket is missing: compare the rules with what is exported",
          },
        ],
      },
    ],
    mitigation: [
      {
        says: "Generate the rules anew with what the service exports, and compare before they are deployed:",
        run: sh(`npx holdfast generate alerts --contract ${of.contract} && git diff --stat`),
        risk: 1,
        back: "To roll back, restore the files from version control.",
      },
    ],
    verification: {
      ...isItOver(of),
      says: "The query answers, with any number, for ten minutes:",
      run: endsQuery(of),
    },
    escalation: "Nobody has to be woken. On the next working day tell whoever runs Prometheus.",
  }),
};
