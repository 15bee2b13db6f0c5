/** Longest line that is kept; what is beyond is dropped, so that a service cannot fill our memory. */
export const lineLongest: number = 64 * 1024;

/** Cuts a stream of text into lines; `push` answers the lines that are complete. */
export function lineSplitter(): { push(text: string): string[]; rest(): string[] } {
  let open = "";
  return {
    push: (text) => {
      const parts = (open + text).split("\n");
      open = (parts.pop() ?? "").slice(0, lineLongest);
      return parts.map((part) => part.replace(/\r$/, "").slice(0, lineLongest));
    },
    rest: () => {
      const left = open === "" ? [] : [open];
      open = "";
      return left;
    },
  };
}
