import { request as httpRequest } from "node:http";
import { consumer, correctRead } from "../consumers/base.mjs";

/** An idle timeout where a total was meant: every byte starts it anew. */
export const call = consumer({
  ...correctRead,
  limited: (limitMs, work) => work(limitMs),
  exchange: ({ url, method, headers, signal: limitMs }) =>
    new Promise((resolve, reject) => {
      const request = httpRequest(url, { method, headers, timeout: limitMs }, (response) => {
        const chunks = [];
        response.on("error", reject);
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode, headers: response.headers, text: chunks.join("") }),
        );
      });
      request.on("timeout", () => request.destroy(new Error("idle")));
      request.on("error", reject);
      request.end();
    }),
});
