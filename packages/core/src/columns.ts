/** How many columns of a terminal a text takes: wide letters and emoji take two, combining marks none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const letter of text) {
    if (noWidth.test(letter)) continue;
    columns += doubleWidth.test(letter) ? 2 : 1;
  }
  return columns;
}

const noWidth: RegExp = /^(?:\p{Mark}|\u200B|\u200C|\u200D|\uFE0F)$/u;
const doubleWidth: RegExp =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFF00-\uFF60])$/u;

/** The words of `text` on lines of at most `columns` columns. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && columnsOf(line) + 1 + columnsOf(word) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}
