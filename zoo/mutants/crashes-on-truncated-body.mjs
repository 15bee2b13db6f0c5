import { Agent, request as httpRequest } from "node:http";
import { consumer, correct } from "../consumers/base.mjs";

const agent = new Agent({ keepAlive: true });

/** Parses the body in a callback when the connection closes: half a document ends the process. */
export const call = consumer({
  ...correct,
  exchange: ({ url, method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const request = httpRequest(url, { method, headers, agent, signal }, (response) => {
        const chunks = [];
        response.on("error", (failure) => signal.aborted && reject(failure));
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("close", () => {
          const text = chunks.join("");
          if (response.statusCode < 300 && !signal.aborted) JSON.parse(text);
          resolve({ status: response.statusCode, headers: response.headers, text });
        });
      });
      request.on("error", reject);
      request.end(body);
    }),
});
