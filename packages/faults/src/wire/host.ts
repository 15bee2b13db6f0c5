/** The head with its `Host` field replaced, all else as it was; heads without one stay as they are. */
export function withHost(headBytes: Buffer, host: string): Buffer {
  const head = headBytes.toString("latin1");
  return Buffer.from(
    head.replace(/(\r\nhost:[\t ]*)[^\r\n]*/i, `$1${host.replaceAll("$", "$$$$")}`),
    "latin1",
  );
}
