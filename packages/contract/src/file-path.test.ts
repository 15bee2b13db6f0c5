import assert from "node:assert/strict";
import { posix } from "node:path";
import { it } from "node:test";
import fc from "fast-check";
import { absolutePath, folderOf } from "./file-path.ts";

it("resolves paths as the platform does", () => {
  const part = fc.constantFrom("a", "b.c", "..", ".", "", "/x");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const written = parts.join("/");
      assert.equal(absolutePath("/srv/shop", written), posix.resolve("/srv/shop", written));
    }),
  );
  assert.equal(folderOf("/srv/shop/holdfast.yaml"), "/srv/shop");
});
