/** One request over a kept-alive connection of `node:http`; `signal` ends it and closes the socket, whatever it is doing. */
import { Agent, request as httpRequest } from "node:http";

const keptAlive = new Agent({ keepAlive: true });

/** Sends a request and reads the whole answer. */
export function exchangeByHttp({
  url,
  method,
  headers,
  body,
  signal,
  agent = keptAlive,
  send = httpRequest,
}) {
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers, agent, signal }, (response) => {
      const chunks = [];
      response.on("error", (failure) => reject(Object.assign(failure, { answering: true })));
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode, headers: response.headers, text });
      });
    });
    request.on("error", (failure) => reject(Object.assign(failure, { reused: request.reusedSocket })));
    request.end(body);
  });
}

/** The same with the platform's `fetch`. */
export async function exchangeByFetch({ url, method, headers, body, signal }) {
  const response = await fetch(url, { method, headers, body, signal });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: await response.text(),
  };
}

/**
 * The same as `exchangeByHttp`, but the time of an attempt starts to run when its connection stands; connecting has `connectMs`.
 * Used with `limited: (limitMs, work) => work(limitMs)`.
 */
export const exchangeTimedFromConnection =
  (connectMs) =>
  ({ signal: limitMs, ...message }) => {
    const controller = new AbortController();
    const stop = () => controller.abort(new Error("no answer in time"));
    const timed = new Agent({ keepAlive: true });
    const open = timed.createConnection.bind(timed);
    let timer = setTimeout(stop, Math.min(connectMs, 2 ** 31 - 1));
    timed.createConnection = (...settings) =>
      open(...settings).once("connect", () => {
        clearTimeout(timer);
        timer = setTimeout(stop, limitMs);
      });
    return exchangeByHttp({ ...message, agent: timed, signal: controller.signal }).finally(() => {
      clearTimeout(timer);
      timed.destroy();
    });
  };
