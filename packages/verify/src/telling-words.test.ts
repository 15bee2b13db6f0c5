import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tellingWords } from "./telling-words.ts";

const node = [
  "node:internal/modules/cjs/loader:1386",
  "  throw err;",
  "  ^",
  "",
  "Error: Cannot find module '/app/server.js'",
  "    at Module._resolveFilename (node:internal/modules/cjs/loader:1383:15)",
  "    at wrapResolveFilename (node:internal/errors:1:2) {",
  "  code: 'MODULE_NOT_FOUND',",
  "  cause: TypeError",
  "}",
  "",
  "Node.js v24.0.0",
];
const python = [
  "Traceback (most recent call last):",
  '  File "app.py", line 1',
  "ModuleNotFoundError: No module named 'x'",
];
const go = ["panic: no configuration", "", "goroutine 1 [running]:", "main.main()", "exit status 2"];

describe("the telling words", () => {
  it("are the line that names the error, not the end of its stack", () => {
    assert.equal(tellingWords(node), "Error: Cannot find module '/app/server.js'");
    assert.equal(tellingWords(python), "ModuleNotFoundError: No module named 'x'");
    assert.equal(tellingWords(go), "panic: no configuration");
  });

  it("are the last error of several", () => {
    assert.equal(tellingWords(["Error: first", "Error: last", "bye"]), "Error: last");
  });

  it("are not what npm adds below", () => {
    assert.equal(tellingWords([...node, "npm error code 1", "npm error Exit"]), node[4]);
  });

  it("are the last line that says anything when none names an error", () => {
    assert.equal(
      tellingWords(["listening", "cannot read the configuration", "}", ""]),
      "cannot read the configuration",
    );
    assert.equal(tellingWords(["", " ", "}"]), undefined);
  });
});
