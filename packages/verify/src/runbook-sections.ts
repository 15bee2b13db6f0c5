import { headingOf, type RunbookPart, runbookParts } from "./runbook-parts.ts";

/** A section that a runbook should have, with the words by which it is known. */
export interface RunbookSection {
  readonly name: string;
  /** `true`: without it nobody can act by the runbook. */
  readonly required: boolean;
  readonly heading: RegExp;
  /** Words by which a sentence inside another section stands for it. */
  readonly inline?: RegExp;
  /** Whether it has to hold a command. */
  readonly command?: true;
}

/** The sections of a runbook, however they are worded. */
export const runbookSections: readonly RunbookSection[] = [
  {
    name: "symptoms",
    required: false,
    heading:
      /symptom|trigger|alert|meaning|signature|detect|indicat|how (it|this) (shows|looks)|when to use|overview|failure modes?/i,
  },
  {
    name: "impact",
    required: false,
    heading: /impact|blast radius|affect|severity|customer|user/i,
    inline: /^(\W*)(impact|severity)\b.*:/im,
  },
  {
    name: "diagnosis with a command",
    required: true,
    heading: /diagnos|investigat|triage|\bcheck(s|ing|list)?\b|troubleshoot|debug|analy[sz]|find(ing)? out/i,
    command: true,
  },
  {
    name: "mitigation",
    required: true,
    heading:
      /mitigat|remed(y|iat)|resol(ve|ution)|\bfix|recover|workaround|what to do|\bactions?\b|\bsteps?\b/i,
  },
  {
    name: "rollback",
    required: true,
    heading: /roll(ing)? ?-?back|revert|undo|back ?out/i,
    inline: /roll(ing|s|ed)? ?-?back|revert|\bundo\b|irreversible/i,
  },
  {
    name: "escalation",
    required: true,
    heading: /escalat|on-?call|contact|owner|whom? to (call|ask|page)|\bpag(ing|er)\b/i,
    inline: /escalat|on-?call|\bpage (the|team)\b|\bcontact\b/i,
  },
  {
    name: "verification",
    required: false,
    heading: /verif|confirm|validat|all clear|back to normal|is it (over|fixed)|after(wards| the fix)/i,
  },
];

/** The sections that a runbook lacks; one with nothing below its heading, or a placeholder, is lacking too. */
export function lackingSections(text: string): RunbookSection[] {
  const parts = runbookParts(text);
  return runbookSections.filter((section) => !isIn(section, parts));
}

function isIn({ heading, inline, command }: RunbookSection, parts: readonly RunbookPart[]): boolean {
  const own = parts.filter((part) => heading.test(part.heading) && saysSomething(part.body));
  if (command) return own.some(({ body }) => hasCommand(body));
  if (own.length > 0) return true;
  return inline !== undefined && parts.some(({ body }) => sentencesOf(body).some((one) => inline.test(one)));
}

/** Code of more than one word, a fence with something in it, or a prompt. */
function hasCommand(body: string): boolean {
  return /`[^`\n]+ [^`\n]+`|^\s*[$>] \w+ \S|^\s*(```|~~~).*\n(?!\s*(```|~~~)).*\S/m.test(body);
}

/** Two words at least that are no heading and no placeholder. */
function saysSomething(body: string): boolean {
  return sentencesOf(body).some((one) => /\w+\W+\w+/.test(one));
}

const placeholder = /\b(todo|tbd|tba|fixme|to be (written|defined|done)|coming soon|lorem ipsum)\b/i;

function sentencesOf(body: string): string[] {
  return body
    .split("\n")
    .filter((line) => headingOf(line)?.rest !== "" && !placeholder.test(line) && /\w/.test(line));
}
