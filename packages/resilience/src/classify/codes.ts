import type { Failure } from "../failure.ts";

/** What a code says, whoever threw the error that carries it. */
export type CodeVerdict = Pick<Failure, "class" | "counts" | "word">;

type Row = readonly [verdict: CodeVerdict, codes: readonly string[]];

/** Turns rows of a matrix into a table by code. */
export function tableOf<Code>(
  rows: readonly (readonly [CodeVerdict, readonly Code[]])[],
): ReadonlyMap<Code, CodeVerdict> {
  return new Map(rows.flatMap(([verdict, codes]) => codes.map((code) => [code, verdict] as const)));
}

const refused: CodeVerdict = { class: "unsent", counts: true, word: "refused" };
const noConnection: CodeVerdict = { class: "unsent", counts: true, word: "connect-failure" };
const reset: CodeVerdict = { class: "ambiguous", counts: true, word: "reset" };
const timeout: CodeVerdict = { class: "ambiguous", counts: true, word: "timeout" };
const aborted: CodeVerdict = { class: "aborted", counts: false };
const ownFault: CodeVerdict = { class: "final", counts: false };
const providersFault: CodeVerdict = { class: "final", counts: true };

const network: readonly Row[] = [
  [refused, ["ECONNREFUSED"]],
  [noConnection, ["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "ENODATA", "ESERVFAIL", "EREFUSED"]],
  // The resolver's own timeout, not to be confused with ETIMEDOUT.
  [noConnection, ["ETIMEOUT"]],
  [noConnection, ["ENETDOWN", "ENETUNREACH", "EHOSTDOWN", "EHOSTUNREACH"]],
  [noConnection, ["ERR_SOCKET_CONNECTION_TIMEOUT", "ERR_TLS_HANDSHAKE_TIMEOUT"]],
  [reset, ["ECONNRESET", "EPIPE", "ENOTCONN", "ESHUTDOWN", "ERR_STREAM_PREMATURE_CLOSE"]],
  [timeout, ["ETIMEDOUT", "ESOCKETTIMEDOUT"]],
  [aborted, ["ABORT_ERR", "ERR_ABORTED", "ERR_CANCELED"]],
  [ownFault, ["HPE_HEADER_OVERFLOW"]],
];

const undici: readonly Row[] = [
  [noConnection, ["UND_ERR_CONNECT_TIMEOUT"]],
  [reset, ["UND_ERR_SOCKET", "UND_ERR_INFO"]],
  [timeout, ["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]],
  [aborted, ["UND_ERR_ABORTED", "UND_ERR_ABORT"]],
  [ownFault, ["UND_ERR_INVALID_ARG", "UND_ERR_INVALID_RETURN_VALUE", "UND_ERR_NOT_SUPPORTED"]],
  [ownFault, ["UND_ERR_DESTROYED", "UND_ERR_CLOSED", "UND_ERR_BPL_MISSING_UPSTREAM"]],
  [ownFault, ["UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"]],
  // Limits of the consumer's own; the provider has answered.
  [ownFault, ["UND_ERR_HEADERS_OVERFLOW", "UND_ERR_RES_EXCEEDED_MAX_SIZE"]],
  [providersFault, ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH"]],
];

const http2: readonly Row[] = [
  // The stream number lies above the last one that the provider will handle, or was never given out.
  [refused, ["NGHTTP2_REFUSED_STREAM", "ERR_HTTP2_GOAWAY_SESSION"]],
  [noConnection, ["ERR_HTTP2_INVALID_SESSION", "ERR_HTTP2_STREAM_CANCEL", "ERR_HTTP2_OUT_OF_STREAMS"]],
  [{ class: "throttled", counts: true }, ["NGHTTP2_ENHANCE_YOUR_CALM"]],
  // A session that ends may end after a stream was handled, whatever reason it gives.
  [reset, ["ERR_HTTP2_STREAM_ERROR", "ERR_HTTP2_SESSION_ERROR", "ERR_HTTP2_ERROR"]],
];

/** Codes of certificate checks, and of handshakes that the next attempt ends in the same way. */
const tls: readonly Row[] = [
  [providersFault, ["ERR_TLS_CERT_ALTNAME_INVALID", "HOSTNAME_MISMATCH"]],
  [providersFault, ["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID", "CERT_REVOKED", "CERT_UNTRUSTED"]],
  [providersFault, ["CERT_REJECTED", "CERT_SIGNATURE_FAILURE", "CERT_CHAIN_TOO_LONG", "INVALID_CA"]],
  [providersFault, ["CRL_HAS_EXPIRED", "CRL_NOT_YET_VALID", "CRL_SIGNATURE_FAILURE", "INVALID_PURPOSE"]],
  [providersFault, ["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "PATH_LENGTH_EXCEEDED"]],
  [providersFault, ["UNABLE_TO_GET_ISSUER_CERT", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_GET_CRL"]],
  [providersFault, ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_DECRYPT_CERT_SIGNATURE"]],
  [providersFault, ["UNABLE_TO_DECRYPT_CRL_SIGNATURE", "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY"]],
  [providersFault, ["ERROR_IN_CERT_NOT_BEFORE_FIELD", "ERROR_IN_CERT_NOT_AFTER_FIELD"]],
  [providersFault, ["ERROR_IN_CRL_LAST_UPDATE_FIELD", "ERROR_IN_CRL_NEXT_UPDATE_FIELD"]],
  [providersFault, ["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG"]],
  [providersFault, ["ERR_SSL_UNSUPPORTED_PROTOCOL", "ERR_SSL_NO_PROTOCOLS_AVAILABLE"]],
  [providersFault, ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA"]],
  [providersFault, ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE"]],
  [providersFault, ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "ERR_SSL_NO_CIPHERS_AVAILABLE"]],
];

/** The codes of Node, undici, HTTP/2 and TLS; HTTP/2 errors of a stream stand under the name of their reason. */
export const codes: ReadonlyMap<string, CodeVerdict> = tableOf([...network, ...undici, ...http2, ...tls]);

/** Codes that, where a connection is opened, tell of a lack or a ban on the consumer's own machine. */
export const localCodes: ReadonlySet<string> = new Set([
  "EACCES",
  "EADDRNOTAVAIL",
  "EMFILE",
  "ENFILE",
  "ENOBUFS",
  "ENOMEM",
  "EPERM",
]);
