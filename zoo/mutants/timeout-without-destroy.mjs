import { Agent, request as httpRequest } from "node:http";
import { consumer, correctRead } from "../consumers/base.mjs";

const agent = new Agent({ keepAlive: true });

/** Rejects in a timer and never destroys the request, as `http.get` with a `timeout` event does. */
export const call = consumer({
  ...correctRead,
  limited: (limitMs, work) => work(limitMs),
  exchange: ({ url, method, headers, signal: limitMs }) =>
    new Promise((resolve, reject) => {
      const request = httpRequest(url, { method, headers, agent }, (response) => {
        const chunks = [];
        response.on("error", reject);
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode, headers: response.headers, text: chunks.join("") }),
        );
      });
      const timer = setTimeout(() => reject(new Error("no answer in time")), limitMs);
      request.on("close", () => clearTimeout(timer));
      request.on("error", reject);
      request.end();
    }),
});
