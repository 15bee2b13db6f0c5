import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { childEnvironment } from "./environment.ts";

describe("the environment of a child", () => {
  it("passes on what is allowed and nothing else, and lets what is added win", () => {
    const ours = { PATH: "/bin", LC_ALL: "C", AWS_SECRET_ACCESS_KEY: "x", NODE_OPTIONS: "--y", TZ: "UTC" };
    const environment = childEnvironment(ours, { TZ: "Asia/Tokyo" }, { PORT: "1" });
    assert.deepEqual(environment, { PATH: "/bin", LC_ALL: "C", TZ: "Asia/Tokyo", PORT: "1" });
  });

  it("keeps our HTTP proxies from it, which would retry, cache or stand between it and the faults", () => {
    const names = [
      "HTTP_PROXY",
      "HTTPS_PROXY",
      "ALL_PROXY",
      "http_proxy",
      "https_proxy",
      "all_proxy",
      "no_proxy",
    ];
    const ours = Object.fromEntries(names.map((name) => [name, "http://10.0.0.1:3128"]));

    assert.deepEqual(childEnvironment({ ...ours, PATH: "/bin" }), { PATH: "/bin" });
  });
});
