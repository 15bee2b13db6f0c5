import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failureOfCode } from "./code-of-error.ts";

type Row = readonly [expected: string, codes: string];

/** Class, whether it counts, and the word; then the codes that say so. */
const matrix: readonly Row[] = [
  ["unsent counts refused", "ECONNREFUSED ERR_HTTP2_GOAWAY_SESSION"],
  [
    "unsent counts connect-failure",
    "ENOTFOUND EAI_AGAIN ENETDOWN ENETUNREACH EHOSTDOWN EHOSTUNREACH UND_ERR_CONNECT_TIMEOUT ETIMEOUT ESERVFAIL",
  ],
  [
    "unsent counts connect-failure",
    "ERR_HTTP2_INVALID_SESSION ERR_HTTP2_STREAM_CANCEL ERR_TLS_HANDSHAKE_TIMEOUT",
  ],
  [
    "ambiguous counts reset",
    "ECONNRESET EPIPE UND_ERR_SOCKET ERR_HTTP2_SESSION_ERROR ERR_STREAM_PREMATURE_CLOSE",
  ],
  [
    "ambiguous counts timeout",
    "ETIMEDOUT ESOCKETTIMEDOUT UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT ECONNABORTED",
  ],
  ["aborted", "ABORT_ERR UND_ERR_ABORTED ERR_CANCELED"],
  ["final", "UND_ERR_INVALID_ARG UND_ERR_NOT_SUPPORTED UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"],
  ["final", "UND_ERR_DESTROYED UND_ERR_CLOSED UND_ERR_HEADERS_OVERFLOW UND_ERR_RES_EXCEEDED_MAX_SIZE"],
  ["final counts", "UND_ERR_RES_CONTENT_LENGTH_MISMATCH ERR_SSL_WRONG_VERSION_NUMBER"],
  ["final counts", "CERT_HAS_EXPIRED DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN"],
  [
    "final counts",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE UNABLE_TO_GET_ISSUER_CERT_LOCALLY ERR_TLS_CERT_ALTNAME_INVALID",
  ],
];

function told(error: unknown): string | null {
  const failure = failureOfCode(error);
  if (failure === null) return null;
  return [failure.class, ...(failure.counts ? ["counts"] : []), ...(failure.word ? [failure.word] : [])].join(
    " ",
  );
}

describe("the codes of Node", () => {
  for (const [expected, codes] of matrix) {
    it(`say "${expected}": ${codes}`, () => {
      for (const code of codes.split(" ")) {
        assert.equal(told({ code }), expected, code);
        assert.equal(failureOfCode({ code })?.code, code);
      }
    });
  }

  it("say nothing where they are unknown, no text, or names of every object", () => {
    for (const code of ["ENOENT", "", 20, null, undefined, "constructor", "__proto__"])
      assert.equal(failureOfCode({ code }), null);
  });

  const calls: readonly (readonly [call: string, code: string, expected: string])[] = [
    ["connect", "ETIMEDOUT", "unsent counts connect-failure"],
    ["connect", "ECONNRESET", "unsent counts connect-failure"],
    ["connect", "ENOENT", "unsent counts connect-failure"],
    ["connect", "ECONNREFUSED", "unsent counts refused"],
    ["connect", "EADDRNOTAVAIL", "unsent connect-failure"],
    ["connect", "EMFILE", "unsent connect-failure"],
    ["connect", "EACCES", "unsent connect-failure"],
    ["read", "EHOSTUNREACH", "ambiguous counts reset"],
    ["write", "ENETUNREACH", "ambiguous counts reset"],
    ["read", "ETIMEDOUT", "ambiguous counts timeout"],
    ["read", "ECONNABORTED", "ambiguous counts reset"],
    ["getaddrinfo", "ENOTFOUND", "unsent counts connect-failure"],
  ];
  for (const [syscall, code, expected] of calls) {
    it(`say "${expected}" for ${syscall} ${code}`, () => assert.equal(told({ code, syscall }), expected));
  }

  it("say nothing about a file that cannot be opened", () =>
    assert.equal(failureOfCode({ code: "EMFILE", syscall: "open" }), null));

  it("tell a handshake that was cut, before anything was sent, from a request that was", () => {
    const message = "Client network socket disconnected before secure TLS connection was established";
    assert.equal(told({ code: "ECONNRESET", message }), "unsent counts connect-failure");
    assert.equal(told({ code: "ECONNRESET", message: "socket hang up" }), "ambiguous counts reset");
  });

  const streams: readonly (readonly [reason: string, expected: string, code: string])[] = [
    ["NGHTTP2_REFUSED_STREAM", "unsent counts refused", "NGHTTP2_REFUSED_STREAM"],
    ["NGHTTP2_ENHANCE_YOUR_CALM", "throttled counts", "NGHTTP2_ENHANCE_YOUR_CALM"],
    ["NGHTTP2_INTERNAL_ERROR", "ambiguous counts reset", "ERR_HTTP2_STREAM_ERROR"],
    ["ECONNREFUSED-like", "ambiguous counts reset", "ERR_HTTP2_STREAM_ERROR"],
  ];
  for (const [reason, expected, code] of streams) {
    it(`say "${expected}" for an HTTP/2 stream closed with ${reason}`, () => {
      const error = { code: "ERR_HTTP2_STREAM_ERROR", message: `Stream closed with error code ${reason}` };
      assert.equal(told(error), expected);
      assert.equal(failureOfCode(error)?.code, code);
    });
  }
});
