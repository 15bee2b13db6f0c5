import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type LockFile, missingPlatforms } from "./lib/lock.ts";
import { repository } from "./lib/tree.ts";

const read = (path: string): unknown => JSON.parse(readFileSync(join(repository, path), "utf8"));

describe("package-lock.json", () => {
  it("names every platform package; else run `node scripts/bootstrap.mjs scripts/mend-lock.ts`", () => {
    assert.deepEqual(Object.keys(missingPlatforms(read("package-lock.json") as LockFile)), []);
  });

  it("asks for what package.json asks for, at the root and in each package", () => {
    const { packages } = read("package-lock.json") as { packages: Record<string, Record<string, unknown>> };
    for (const key of Object.keys(packages).filter((each) => each === "" || /^packages\//.test(each))) {
      const manifest = read(join(key, "package.json")) as Record<string, unknown>;
      for (const kind of ["dependencies", "devDependencies", "optionalDependencies"])
        assert.deepEqual(packages[key]?.[kind], manifest[kind], `${key} ${kind}`);
    }
  });

  it("pins development dependencies to exact versions", () => {
    const manifest = read("package.json") as Record<string, Record<string, string>>;
    const versions = Object.values({ ...manifest["devDependencies"], ...manifest["optionalDependencies"] });
    for (const version of versions) assert.match(version, /^\d+\.\d+\.\d+$/);
  });

  it("is found wanting when a platform is missing, and mended with its version and platform", () => {
    const tool = { dev: true, license: "MIT", optionalDependencies: { "@x/cli-linux-x64-musl": "1.2.3" } };
    const entry = {
      version: "1.2.3",
      cpu: ["x64"],
      dev: true,
      libc: ["musl"],
      license: "MIT",
      optional: true,
      os: ["linux"],
    };
    const missing = missingPlatforms({ packages: { "node_modules/@x/cli": tool } });
    assert.deepEqual(missing, { "node_modules/@x/cli-linux-x64-musl": entry });
    assert.deepEqual(missingPlatforms({ packages: { "node_modules/@x/cli": tool, ...missing } }), {});
  });
});
