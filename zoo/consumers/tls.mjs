/** The client over TLS: it trusts whom the environment says it may (`NODE_EXTRA_CA_CERTS`), and never asks a certificate twice. */
import { Agent, request } from "node:https";
import { correct, correctRead } from "./base.mjs";
import { exchangeByHttp } from "./exchange.mjs";

const certificateFailures = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/;

/** Whether an attempt ended because of the provider's certificate. */
const isUntrusted = ({ reason }) => certificateFailures.test(reason);

/** One request over a connection of `node:https` that is kept; `settings` are those of its agent. */
export function exchangeByHttps(settings = {}) {
  const agent = new Agent({ keepAlive: true, ...settings });
  return (message) => exchangeByHttp({ agent, send: request, ...message });
}

const overTls = {
  exchange: exchangeByHttps(),
  retryable: (outcome) => !isUntrusted(outcome) && correct.retryable(outcome),
};

/** `correct` and `correctRead` over TLS. */
export const correctOverTls = { ...correct, ...overTls };
export const correctReadOverTls = { ...correctRead, ...overTls };

/** A request whose time runs while it connects, stands still during the handshake, and runs again from then on. */
export const requestTimedFromHandshake = (limitMs) => (url, options, answered) => {
  const controller = new AbortController();
  const stop = () => controller.abort(new Error("no answer in time"));
  let timer = setTimeout(stop, limitMs);
  const sent = request(url, { ...options, signal: controller.signal }, answered);
  sent.on("socket", (socket) => {
    socket.once("connect", () => clearTimeout(timer));
    socket.once("secureConnect", () => {
      timer = setTimeout(stop, limitMs);
    });
  });
  return sent.once("close", () => clearTimeout(timer));
};
