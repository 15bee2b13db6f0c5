import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addressesIn, parseSocketTable, pastTheProxies } from "./socket-table.ts";

const head =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const line = (local: string, remote: string, state: string, inode: number): string =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000000000000000 20 4 30 10 -1\n`;

describe("the kernel's socket table", () => {
  it("is read with addresses of both kinds", () => {
    const sockets = parseSocketTable(
      head +
        line("0100007F:1F90", "00000000:0000", "0A", 11) +
        line("0100007F:A000", "22D8B85D:01BB", "01", 12) +
        line("00000000000000000000000001000000:A001", "0000000000000000FFFF00000100007F:0050", "02", 13) +
        line("00000000000000000000000001000000:A001", "00000000000000000000000001000000:0051", "06", 0) +
        line("0100007F:A000", "22D8B85D:01BC", "01", 14),
      new Set(["0", "11", "12", "13"]),
    );
    assert.deepEqual(
      sockets.map(({ inode, listening, connected, remoteAddress, remotePort }) => [
        inode,
        listening,
        connected,
        `${remoteAddress}:${remotePort}`,
      ]),
      [
        ["11", true, false, "0.0.0.0:0"],
        ["12", false, true, "93.184.216.34:443"],
        ["13", false, true, "127.0.0.1:80"],
        ["0", false, false, "::1:81"],
      ],
    );
  });

  it("shows what leads past the proxies, and nothing that is meant to be", () => {
    const sockets = parseSocketTable(
      head +
        line("0100007F:1F90", "00000000:0000", "0A", 1) + // it listens on 8080
        line("0100007F:1F90", "0100007F:C000", "01", 2) + // somebody called it
        line("0100007F:C001", "0100007F:1F90", "01", 3) + // it calls itself
        line("0100007F:C002", "0100007F:2710", "01", 4) + // its proxy on 10000
        line("0100007F:C003", "0100007F:1538", "01", 5) + // a database on 5432 that the contract names
        line("0100007F:C004", "22D8B85D:0035", "01", 6) + // DNS
        line("0100007F:C005", "22D8B85D:01BB", "01", 7) +
        line("0100007F:C006", "0100007F:2711", "02", 8),
      new Set(["1", "2", "3", "4", "5", "6", "7", "8"]),
    );
    const allowed = { loopbackPorts: new Set([10_000]), named: new Set(["127.0.0.1:5432"]) };
    assert.deepEqual(pastTheProxies(sockets, allowed), ["93.184.216.34:443", "127.0.0.1:10001"]);
  });

  it("finds the addresses that a contract names", () => {
    assert.deepEqual(addressesIn("postgres://app:secret@db.internal/orders"), [
      { host: "db.internal", port: 5432 },
    ]);
    assert.deepEqual(addressesIn("https://[::1]:8443/x"), [{ host: "::1", port: 8443 }]);
    assert.deepEqual(addressesIn("broker-1:9092,broker-2:9092"), [
      { host: "broker-1", port: 9092 },
      { host: "broker-2", port: 9092 },
    ]);
    assert.deepEqual(addressesIn("plain text, no: address"), []);
  });
});
