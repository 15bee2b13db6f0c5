/** An error as Node makes it. */
export function coded(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}
