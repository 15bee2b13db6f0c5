import { storeConformance } from "../src/conformance/store-conformance.ts";
import { testStores } from "./support/stores.ts";

for (const { name, skip, open } of testStores) storeConformance({ name, skip, open: () => open([]) });
