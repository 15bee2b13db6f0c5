import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lackingSections } from "./runbook-sections.ts";

const lacking = (text: string): string[] => lackingSections(text).map(({ name }) => name);

const all = [
  "symptoms",
  "impact",
  "diagnosis with a command",
  "mitigation",
  "rollback",
  "escalation",
  "verification",
];

/** The seven sections under headings that `mark` makes. */
function written(mark: (heading: string) => string): string {
  const sections = {
    Meaning: "Calls to the provider fail.",
    Impact: "No order is paid.",
    Troubleshooting: "Look at `curl -s https://status.example`.",
    "What to do": "Switch to deferred payment.",
    "How to revert": "Switch back.",
    "Who to call": "The team of payments.",
    "Back to normal?": "An order is paid again.",
  };
  return Object.entries(sections)
    .map(([heading, body]) => `${mark(heading)}\n\n${body}\n`)
    .join("\n");
}

describe("the sections of a runbook", () => {
  const manners: Readonly<Record<string, (heading: string) => string>> = {
    "marked by #": (heading) => `## ${heading}`,
    "marked by =": (heading) => `== ${heading}`,
    numbered: (heading) => `# 3. ${heading}`,
    underlined: (heading) => `${heading}\n-------`,
    bold: (heading) => `**${heading}**`,
  };
  for (const [manner, mark] of Object.entries(manners)) {
    it(`are found when their headings are ${manner}`, () => {
      assert.deepEqual(lacking(`# Payments\n\n${written(mark)}`), []);
    });
  }

  it("are found as labels and in the head of a table", () => {
    const labels =
      "Diagnosis: run `psql -c select`.\nMitigation: divert the traffic.\nRollback: take it back.";
    assert.deepEqual(
      lacking(`# Payments\n\n${labels}\nEscalation: page the team.`).filter((one) => !optional.has(one)),
      [],
    );
    const table =
      "| symptom | diagnosis | mitigation |\n|---|---|---|\n| 503s | `curl -s x` | wait a minute |";
    assert.deepEqual(lacking(table), ["impact", "rollback", "escalation", "verification"]);
  });
  const optional = new Set(["symptoms", "impact", "verification"]);

  it("lack when nothing or a placeholder stands below their headings", () => {
    const headings = all.map((name) => `## ${name}`).join("\n\n");
    assert.deepEqual(lacking(`# Payments\n\n${headings}\n`), all);
    assert.deepEqual(
      lacking(`# Payments\n\n${headings.replaceAll("\n\n", "\n\nTODO: write this\n\n")}`),
      all,
    );
  });

  it("lack in a page of prose, and in none", () => {
    const prose =
      "# Payments\n\nCheck the provider's status page, restart the service and ask in the channel.";
    assert.deepEqual(lacking(prose), all);
    assert.deepEqual(lacking(""), all);
  });

  it("ask for a command under diagnosis", () => {
    const text = written((heading) => `## ${heading}`);
    const without = text.replace(/`curl[^`]*`/, "the status page");
    assert.deepEqual(lacking(without), ["diagnosis with a command"]);
    assert.deepEqual(lacking(without.replace("the status page", "\n```sh\n# all of them\nps\n```")), []);
    assert.deepEqual(lacking(without.replace("the status page", "\n```sh\n```")), [
      "diagnosis with a command",
    ]);
  });

  it("are taken from smaller headings, and from sentences where they are said in passing", () => {
    const text = written((heading) => `## ${heading}`);
    const nested = text.replace("Look at", "### First\n\nLook at");
    assert.deepEqual(lacking(nested), []);
    const inline = text
      .replace("## How to revert\n\nSwitch back.", "Rolling back is safe at any time.")
      .replace("## Who to call\n\nThe team of payments.", "Then escalate to the duty manager.");
    assert.deepEqual(lacking(inline), []);
  });

  it("are not taken from the title of the page", () => {
    assert.ok(
      lacking("# What to do when payments fail\n\n## Notes\n\nNothing much here.").includes("mitigation"),
    );
  });
});
