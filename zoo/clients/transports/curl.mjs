import { execFile } from "node:child_process";

/** The command line tool, a process for each call: nothing is kept alive between them. */
export const meta = { ok: { body: "{}" } };

export function call(baseUrl, { method = "GET" } = {}) {
  const body = method === "POST" ? ["--json", '{"amount":4200}'] : [];
  const args = [
    "--silent",
    "--show-error",
    "--fail",
    "--output",
    "/dev/null",
    ...body,
    `${baseUrl}/v1/items`,
  ];
  return new Promise((resolve, reject) => {
    execFile("curl", args, (failure) => (failure === null ? resolve() : reject(failure)));
  });
}
