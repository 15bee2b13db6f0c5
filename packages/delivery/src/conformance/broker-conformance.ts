import { after, describe, it } from "node:test";
import { consumingCases } from "./broker-consuming.ts";
import { faultCases } from "./broker-faults.ts";
import { publishingCases } from "./broker-publishing.ts";
import { Bench, type BrokerSubject } from "./broker-subject.ts";
import { startTcpProxy } from "./tcp-proxy.ts";

/**
 * Registers the laws that every broker keeps with `node:test`, as far as its guarantees declare them, and the faults of its network. An adapter
 * is trusted when it passes.
 */
export function brokerConformance(subject: BrokerSubject): void {
  describe(`broker ${subject.name}`, { skip: subject.skip ?? false, concurrency: false }, () => {
    after(() => subject.cleanUp());
    for (const { name, run } of [...publishingCases, ...consumingCases])
      it(name, async () => {
        const bench = new Bench(subject);
        try {
          await run(bench);
        } finally {
          await bench.close();
        }
      });
    const { address } = subject;
    if (address === null) return;
    for (const { name, run } of faultCases)
      it(name, async () => {
        const bench = new Bench(subject);
        const proxy = await startTcpProxy(address);
        try {
          await run(bench, proxy);
        } finally {
          await proxy.restore();
          await bench.close();
          await proxy.close();
        }
      });
  });
}
