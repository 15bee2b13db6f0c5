import { text } from "node:stream/consumers";
import { resilientRequest } from "@holdfast/resilience/node-http";

/** Sends requests by `node:http` under a policy; answers the status and the text of the body. */
export function senderUnder(policy) {
  const send = resilientRequest(policy);
  return async (url, { method, headers, body }) => {
    const response = await send(url, { method, headers, body });
    return { status: response.statusCode, text: await text(response) };
  };
}
