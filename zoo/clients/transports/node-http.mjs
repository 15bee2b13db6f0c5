import { Agent, request } from "node:http";

/** node:http with an agent that keeps connections alive. */
export const meta = { ok: { body: "{}" } };

const agent = new Agent({ keepAlive: true });

export function call(baseUrl, { method = "GET" } = {}) {
  const body = method === "POST" ? '{"amount":4200}' : "";
  const headers = body === "" ? {} : { "content-type": "application/json", "content-length": body.length };
  return new Promise((resolve, reject) => {
    request(`${baseUrl}/v1/items`, { method, agent, headers }, (response) => {
      response.on("error", reject).on("end", () => {
        if (response.statusCode < 400) resolve();
        else reject(new Error(`status ${response.statusCode}`));
      });
      response.resume();
    })
      .on("error", reject)
      .end(body);
  });
}
