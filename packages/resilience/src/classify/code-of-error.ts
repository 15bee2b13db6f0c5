import type { Failure } from "../failure.ts";
import { type CodeVerdict, codes, localCodes } from "./codes.ts";
import { readText } from "./read-field.ts";

/** What the code of an error says, its cause left aside; `null` where it has no code that is known. */
export function failureOfCode(error: unknown): Failure | null {
  const carried = readText(error, "code");
  if (carried === undefined) return null;
  const code = carried === "ERR_HTTP2_STREAM_ERROR" ? streamReason(error) : carried;
  const verdict = ofSystemCall(code, error) ?? codes.get(code) ?? null;
  return verdict === null ? null : { ...verdict, code };
}

/** The reason that the provider gave for closing a stream stands only in the message, as its last word. */
function streamReason(error: unknown): string {
  const message = readText(error, "message") ?? "";
  const reason = message.slice(message.lastIndexOf(" ") + 1);
  return codes.has(reason) ? reason : "ERR_HTTP2_STREAM_ERROR";
}

const noTls = "Client network socket disconnected before secure TLS connection was established";

/** One code can mean two things: what the socket was doing at the time tells them apart. */
function ofSystemCall(code: string, error: unknown): CodeVerdict | null {
  const call = readText(error, "syscall");
  if (call === "connect") {
    const word = code === "ECONNREFUSED" ? "refused" : "connect-failure";
    return { class: "unsent", counts: !localCodes.has(code), word };
  }
  // An unreachable host can also end a connection that has carried the request.
  if ((call === "read" || call === "write") && codes.get(code)?.class === "unsent") {
    return { class: "ambiguous", counts: true, word: "reset" };
  }
  if (code === "ECONNRESET" && readText(error, "message") === noTls) {
    return { class: "unsent", counts: true, word: "connect-failure" };
  }
  // Without a system call it is axios' code for a timeout.
  if (code === "ECONNABORTED") {
    return { class: "ambiguous", counts: true, word: call === undefined ? "timeout" : "reset" };
  }
  return null;
}
