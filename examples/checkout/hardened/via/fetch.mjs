import { resilientFetch } from "@holdfast/resilience/fetch";

/** Sends requests by `fetch` under a policy; answers the status and the text of the body. */
export function senderUnder(policy) {
  const send = resilientFetch(policy);
  return async (url, { method, headers, body }) => {
    const response = await send(url, { method, headers, body, redirect: "manual" });
    return { status: response.status, text: await response.text() };
  };
}
