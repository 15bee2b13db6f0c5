import { connect as dialTcp, isIP } from "node:net";
import { connect as dialTls } from "node:tls";
import type { Dialler } from "./tcp-provider-link.ts";

/** How to reach the provider at this URL, over TLS for `https:`. */
export function diallerFor(url: URL, ca: string | undefined): Dialler {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol === "https:") {
    const port = Number(url.port || 443);
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const authority = ca === undefined ? {} : { ca };
    return {
      ready: "secureConnect",
      dial: () => dialTls({ host, port, ...servername, ...authority }).setNoDelay(true),
    };
  }
  const port = Number(url.port || 80);
  return { ready: "connect", dial: () => dialTcp({ host, port, allowHalfOpen: true, noDelay: true }) };
}

/** Whether a host is this machine itself, so that its own name may stay in `Host`. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\./.test(host);
}
