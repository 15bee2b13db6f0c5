import { floorNode } from "./lib/floor-node.ts";

/** Prints where Node 22.18.0 lies: `HOLDFAST_NODE="$(node scripts/bootstrap.mjs scripts/floor-node.ts)" npm test`. */
const node = floorNode();
if ("path" in node) console.log(node.path);
else {
  console.error(node.missing);
  process.exitCode = 4;
}
