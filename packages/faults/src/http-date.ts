/** A wall-clock time as HTTP writes dates, in whole seconds: `Sun, 06 Nov 1994 08:49:37 GMT`. */
export function httpDate(wallMs: number): string {
  return new Date(wallMs).toUTCString();
}
