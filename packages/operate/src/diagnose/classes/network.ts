import type { FailureClass } from "./failure-class.ts";

/** Failures to reach somebody, or to hear the whole answer. */
export const networkClasses: readonly FailureClass[] = [
  {
    id: "unreachable",
    title: "refuses connections or cannot be reached",
    kind: "cause",
    statuses: [],
    words:
      /ECONNREFUSED|connection refused|connect-refused|EHOSTUNREACH|ENETUNREACH|no route to host|ConnectException|unreachable/i,
    ambiguous: false,
    guide: "debug",
    explanations: [
      {
        claim: "DEPENDENCY is down, restarting, or listens elsewhere",
        confirm: "its own log or its process manager shows a stop or a start at the onset",
        refute: "another client reaches the same address and port at that time",
      },
      {
        claim: "the address or port of DEPENDENCY changed on the caller's side",
        confirm: "a deployment or a change of configuration of the caller right before the onset",
        refute: "callers that were not deployed fail the same way",
      },
    ],
  },
  {
    id: "name-resolution",
    title: "cannot be found by its name",
    kind: "cause",
    statuses: [],
    words: /ENOTFOUND|EAI_AGAIN|getaddrinfo|name resolution|NXDOMAIN|UnknownHost|no such host/i,
    ambiguous: false,
    guide: "debug",
    explanations: [
      {
        claim: "the resolver fails or the record of DEPENDENCY is gone",
        confirm: "looking the name up from the same host fails too",
        refute: "the name resolves there, and other names fail for this process only",
      },
    ],
  },
  {
    id: "tls",
    title: "does not agree on a secure connection",
    kind: "cause",
    statuses: [],
    words:
      /\bCERT_|certificate|self.signed|SSLHandshake|TLS handshake|ERR_TLS|ERR_SSL|UNABLE_TO_VERIFY|DEPTH_ZERO/i,
    ambiguous: false,
    guide: "debug",
    explanations: [
      {
        claim: "a certificate of DEPENDENCY expired or its issuer is not trusted",
        confirm: "openssl s_client shows a date in the past or an unknown issuer",
        refute: "the chain is valid from the same host with the same store",
      },
    ],
  },
  {
    id: "connection-lost",
    title: "ends the connection before it has answered",
    kind: "cause",
    statuses: [],
    words:
      /ECONNRESET|EPIPE|ECONNABORTED|socket hang up|UND_ERR_SOCKET|other side closed|connection (?:was )?reset|broken pipe|connection closed|server disconnected|RemoteDisconnected|^reset$/i,
    ambiguous: true,
    guide: "retries",
    explanations: [
      {
        claim: "DEPENDENCY, or a proxy before it, dies or closes while it works",
        confirm: "its log shows a crash, a restart or a closed upstream at the same moments",
        refute: "only connections that had been idle break, and a fresh one works",
      },
      {
        claim: "kept-alive connections are reused after DEPENDENCY's own idle limit",
        confirm: "failures come right after quiet times and succeed at the second attempt",
        refute: "first requests of fresh connections fail as well",
      },
    ],
  },
  {
    id: "truncated",
    title: "breaks its answer off in the middle",
    kind: "cause",
    statuses: [],
    words:
      /BROKEN_OFF|^terminated$|: terminated\b|premature(?:ly)? (?:close|end)|PREMATURE_CLOSE|IncompleteRead|content-length mismatch|ChunkedEncodingError|unexpected end of file|RES_CONTENT_LENGTH/i,
    ambiguous: true,
    guide: "debug",
    explanations: [
      {
        claim: "DEPENDENCY or a proxy ends the connection inside the body",
        confirm: "the size of the answer is smaller than its content-length at a proxy in between",
        refute: "whole bodies arrive through the same path when asked by hand",
      },
    ],
  },
  {
    id: "timeout",
    title: "does not answer in time",
    kind: "cause",
    statuses: [[408, 408]],
    words:
      /TIMEOUT|ETIMEDOUT|ESOCKETTIMEDOUT|timed?[ -]?out|no answer (?:within|in time)|deadline exceeded|did not answer (?:within|in time)/i,
    ambiguous: true,
    guide: "timeouts",
    explanations: [
      {
        claim: "DEPENDENCY is slower than the limit, or silent",
        confirm: "its own durations rise at the onset, or its log has the requests without an end",
        refute: "it logs quick answers for the same calls",
      },
      {
        claim: "the way to DEPENDENCY swallows packets",
        confirm: "attempts end at the connect timeout, and DEPENDENCY never logs the requests",
        refute: "DEPENDENCY logs the requests that timed out",
      },
      {
        claim: "the caller itself stood still (pauses, full pool, busy event loop)",
        confirm: "calls to other dependencies are slow at the same moments",
        refute: "only calls to DEPENDENCY are late",
      },
    ],
  },
  {
    id: "not-routed",
    title: "is not asked: the proxy knows no way to it",
    kind: "cause",
    statuses: [],
    words: null,
    ambiguous: false,
    guide: "debug",
    explanations: [
      {
        claim: "a route or a cluster of the proxy's configuration is missing or not yet there",
        confirm: "the proxy's configuration dump lacks it; a deployment of the configuration at the onset",
        refute: "the route and its cluster are there and have endpoints",
      },
    ],
  },
  {
    id: "injected",
    title: "is not asked: the proxy injects a fault",
    kind: "cause",
    statuses: [],
    words: null,
    ambiguous: false,
    guide: "debug",
    explanations: [
      {
        claim: "a fault rule of the proxy is active, by an experiment or left behind by one",
        confirm: "the proxy's configuration dump holds a fault filter for this route",
        refute: "there is none: then the flag was written by another proxy",
      },
    ],
  },
];
