import type { Command, Look, Missing, RunbookText, Step } from "./mode.ts";
import type { Observed } from "./observed.ts";
import type { Part } from "./parts.ts";

/** A runbook beside this one. */
export interface RelatedLink {
  readonly title: string;
  readonly file: string;
}

/** The parts of a runbook, in the order in which somebody who was woken needs them. */
export function partsOf(
  text: RunbookText,
  of: {
    readonly alerts: readonly string[];
    readonly observed: readonly Observed[];
    readonly related: readonly RelatedLink[];
    /** Whether the policy of the contract is what the service runs, as far as its metrics tell. */
    readonly policyRuns: boolean;
  },
): readonly Part[] {
  return [
    { id: "meaning", text: section("Meaning", [text.meaning, alertsLine(of.alerts)]) },
    { id: "impact", text: section("Impact", [text.impact]) },
    ...(of.observed.length === 0 ? [] : [{ id: "seen", text: seenText(of.observed) }]),
    {
      id: "diagnosis",
      text: section("Diagnosis", [accessText(text), ...once(text.diagnosis).map(lookText)]),
    },
    { id: "mitigation", text: section("Mitigation", mitigationTexts(text.mitigation, of.policyRuns)) },
    {
      id: "verification",
      text: section("Verification", [text.verification.says, fenced(text.verification.run)]),
    },
    { id: "escalation", text: section("Escalation", [text.escalation]) },
    ...(of.related.length === 0
      ? []
      : [
          {
            id: "related",
            text: section("Related", [
              of.related.map(({ title, file }) => `- [${title}](${file})`).join("\n"),
            ]),
          },
        ]),
  ];
}

function section(title: string, paragraphs: readonly string[]): string {
  return [`## ${title}`, ...paragraphs.filter((one) => one !== "")].join("\n\n");
}

function alertsLine(alerts: readonly string[]): string {
  if (alerts.length === 0) return "";
  return `Alerts: ${alerts.map((name) => `\`${name}\``).join(", ")}.`;
}

/** A question is asked once, whatever else would ask it too. */
function once(looks: readonly Look[]): readonly Look[] {
  const textOf = ({ run, says }: Look): string => ("text" in run ? run.text : says);
  const texts = looks.map(textOf);
  return looks.filter((look, index) => texts.indexOf(textOf(look)) === index);
}

/** What has to be there before a command works. */
function accessText({ diagnosis, mitigation }: RunbookText): string {
  const asks = [...diagnosis, ...mitigation].some(
    ({ run }) => "text" in run && /holdfast (outbox|dead-letters|saga) /.test(run.text),
  );
  return asks ? "The commands read the database that `HOLDFAST_DATABASE_URL` names." : "";
}

function lookText({ says, run, answers }: Look, index: number): string {
  const branches = answers.map(({ when, means }) => `- **${capital(when)}**: ${means}.`);
  return [`${index + 1}. ${says}`, fenced(run), branches.join("\n")].join("\n\n");
}

const risks = { 1: "no risk", 2: "some calls are affected", 3: "data are changed" } as const;

/** The least risky first: who is woken should not have to weigh. */
function mitigationTexts(steps: readonly Step[], policyRuns: boolean): readonly string[] {
  const elsewhere = (run: Step["run"]): string =>
    policyRuns || !("text" in run) || run.language !== "yaml"
      ? ""
      : "So the contract writes it: set the same where the service has it.";
  return steps
    .toSorted((a, b) => a.risk - b.risk)
    .map(({ says, run, risk, back }, index) =>
      [`${index + 1}. ${says}`, fenced(run), elsewhere(run), `Risk: ${risks[risk]}. ${back}`]
        .filter((text) => text !== "")
        .join("\n\n"),
    );
}

/** What was seen, quoted as data: a log line that looks like Markdown or like a command stays a log line. */
function seenText(observed: readonly Observed[]): string {
  return section(
    "Seen in a verification",
    observed.flatMap((one) => [
      madeText(one),
      one.signature === null || one.calls === 0 ? "" : `What callers saw: \`${plain(one.signature)}\``,
      one.logLines.length === 0 ? "" : `What the service logged:\n\n${quoted(one.logLines)}`,
      one.worked.length === 0 ? "" : `What helped:\n\n${one.worked.map((line) => `- ${line}`).join("\n")}`,
    ]),
  );
}

/** Under what it was seen; what a check alone found has no faults and no calls of its own. */
function madeText({ run, mode, faults, calls, failed, ends, signature }: Observed): string {
  if (calls === 0) return `Run \`${plain(run)}\` (${mode}): \`${plain(signature ?? "a check failed")}\``;
  const by = faults.length === 0 ? "" : ` by ${faults.map((fault) => `\`${plain(fault)}\``).join(", ")}`;
  const share = failed === 0 ? `none of ${calls} calls failed` : `${failed} of ${calls} calls failed`;
  return [`Run \`${plain(run)}\` made the provider fail${by} (${mode}): ${share}.`, ...ends].join(" ");
}

/** What is to be copied, or why there is nothing. */
function fenced(run: Command | Missing): string {
  if ("missing" in run) return run.missing;
  const { language, text, note } = run;
  return `\`\`\`${language}\n${text}\n\`\`\`${note === undefined ? "" : `\n\n${note}`}`;
}

function quoted(lines: readonly string[]): string {
  const text = lines.map((line) => printable(line)).join("\n");
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

const charactersMax = 300;

/** One line that stays within a pair of backticks. */
function plain(text: string): string {
  return printable(text)
    .replaceAll("`", "'")
    .replaceAll(/<!--|-->/g, "");
}

/** Without what a terminal or a parser would take for an order; marks of parts would cut the runbook. */
function printable(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .replaceAll("<!-- holdfast:", "<!-- ")
    .slice(0, charactersMax)
    .toWellFormed();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
