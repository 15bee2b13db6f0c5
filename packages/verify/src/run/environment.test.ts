import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { childEnvironment } from "./environment.ts";

describe("the environment of a child", () => {
  it("passes on what is allowed and nothing else, and lets what is added win", () => {
    const ours = { PATH: "/bin", LC_ALL: "C", AWS_SECRET_ACCESS_KEY: "x", NODE_OPTIONS: "--y", TZ: "UTC" };
    const environment = childEnvironment(ours, { TZ: "Asia/Tokyo" }, { PORT: "1" });
    assert.deepEqual(environment, { PATH: "/bin", LC_ALL: "C", TZ: "Asia/Tokyo", PORT: "1" });
  });
});
