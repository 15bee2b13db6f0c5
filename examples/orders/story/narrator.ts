/** Tells what happens, and keeps account of what should have happened and did not. */
export interface Narrator {
  chapter(title: string): void;
  say(text: string): void;
  /** What another program wrote: those of its lines that matter here, cut to the width of the page. */
  quote(text: string, lines?: RegExp): void;
  /** Says what is true, or what is wrong. */
  check(claim: string, holds: boolean, instead?: unknown): void;
  wrong(text: string): void;
  /** Says how it ended; gives the exit status. */
  end(): number;
}

const columns = 78;

/** A narrator that writes lines. */
export function narrator(write: (line: string) => void): Narrator {
  let number = 0;
  let checks = 0;
  let wrong = 0;
  return {
    chapter: (title) => write(`\n${++number}. ${title}`),
    say: (text) => write(wrapped(text, "   ")),
    quote(text, lines = /\S/) {
      for (const line of text.split("\n").filter((one) => lines.test(one))) write(cut(`   | ${line}`));
    },
    check(claim, holds, instead) {
      checks++;
      if (!holds) wrong++;
      const rest = holds || instead === undefined ? "" : `: it is ${JSON.stringify(instead)}`;
      write(wrapped(`${holds ? "ok " : "NOT"} ${claim}${rest}`, "   ", "       "));
    },
    wrong(text) {
      wrong++;
      write(wrapped(`NOT ${text}`, "   ", "       "));
    },
    end() {
      write(wrong === 0 ? `\nAll ${checks} claims held.` : `\n${wrong} of ${checks} claims did NOT hold.`);
      return wrong === 0 ? 0 : 1;
    },
  };
}

function cut(line: string): string {
  return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
}

function wrapped(text: string, indent: string, hanging = indent): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = hanging;
    }
    line += line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
