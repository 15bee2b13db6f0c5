import type { RunbookRule } from "../finding.ts";
import { hasCommand, sectionFor } from "../sections.ts";

/** At three in the morning nobody thinks up a command. */
export const commands: RunbookRule = {
  id: "commands",
  question: "Do diagnosis, mitigation and verification each have a command or a query to copy?",
  example: [
    "## Diagnosis",
    "",
    "Look at the logs of the service.",
    "",
    "## Mitigation",
    "",
    "Run `kubectl get pods`, and wait for those that restart.",
  ].join("\n"),
  find(outline) {
    return (["diagnosis", "mitigation", "verification"] as const).flatMap((purpose) => {
      const section = sectionFor(purpose, outline);
      if (section === undefined || hasCommand(section)) return [];
      return [
        {
          severity: purpose === "verification" ? ("advice" as const) : ("error" as const),
          line: section.line,
          says: `the section ${section.title} has no command and no query`,
          remedy: "Add a block with what to run, and say what its answers mean.",
        },
      ];
    });
  },
};
