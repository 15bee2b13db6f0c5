import { resilientInterceptor } from "@holdfast/resilience/undici";
import { Agent, request } from "undici";

/** Sends requests by undici under a policy; answers the status and the text of the body. */
export function senderUnder(policy) {
  const dispatcher = new Agent().compose(resilientInterceptor(policy));
  return async (url, { method, headers, body }) => {
    const response = await request(url, { dispatcher, method, headers, body });
    return { status: response.statusCode, text: await response.body.text() };
  };
}
