import { inProcess } from "../../src/brokers/in-process.ts";
import { brokerConformance } from "../../src/conformance/broker-conformance.ts";

brokerConformance({
  name: "in-process",
  address: null,
  open: () => inProcess(),
  cleanUp: async () => {},
});
