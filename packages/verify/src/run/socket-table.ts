/** One TCP socket as the kernel's table shows it. */
export interface KernelSocket {
  readonly inode: string;
  readonly listening: boolean;
  /** Connected or connecting: there is a remote side. */
  readonly connected: boolean;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

const established = "01";
const synSent = "02";
const listen = "0A";

/** Reads those lines of `/proc/net/tcp` or `tcp6` that belong to one of the inodes. */
export function parseSocketTable(text: string, inodes: ReadonlySet<string>): KernelSocket[] {
  return text.split("\n").flatMap((line) => {
    // A busy machine has thousands of sockets without an owner: nothing but the inode is looked at in their lines.
    const inode = /\s\d+\s+\d+\s+(\d+)\s+\d+\s+[0-9a-f]{8,}/i.exec(line)?.[1];
    return inode !== undefined && inodes.has(inode) ? [parseLine(line, inode)] : [];
  });
}

function parseLine(line: string, inode: string): KernelSocket {
  const [, local = "", remote = "", state = ""] = line.trim().split(/\s+/);
  const [, localPort = ""] = local.split(":");
  const [remoteAddress = "", remotePort = ""] = remote.split(":");
  return {
    inode,
    listening: state === listen,
    connected: state === established || state === synSent,
    localPort: Number.parseInt(localPort, 16),
    remoteAddress: readAddress(remoteAddress),
    remotePort: Number.parseInt(remotePort, 16),
  };
}

/** Addresses stand there in words of four bytes in the order of the machine, little end first; mapped ones are told as IPv4. */
function readAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join(".");
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return bytes.slice(12).join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  return groups.join(":") === "0:0:0:0:0:0:0:1" ? "::1" : groups.join(":");
}

/** What an instance may connect to. */
export interface Allowed {
  /** Ports on loopback: its proxies and what it listens on itself. */
  readonly loopbackPorts: ReadonlySet<number>;
  /** `address:port` of what the contract names. */
  readonly named: ReadonlySet<string>;
}

const dnsPort = 53;

/** The remotes, as `address:port`, to which these sockets lead past what is allowed; sockets that others opened do not count. */
export function pastTheProxies(sockets: readonly KernelSocket[], allowed: Allowed): string[] {
  const listening = new Set(sockets.filter((socket) => socket.listening).map(({ localPort }) => localPort));
  const found = sockets.filter(({ connected, localPort, remoteAddress, remotePort }) => {
    if (!connected || listening.has(localPort) || remotePort === dnsPort) return false;
    if (isLoopback(remoteAddress) && (allowed.loopbackPorts.has(remotePort) || listening.has(remotePort))) {
      return false;
    }
    return !allowed.named.has(`${remoteAddress}:${remotePort}`);
  });
  return [...new Set(found.map(({ remoteAddress, remotePort }) => `${remoteAddress}:${remotePort}`))];
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

const defaultPorts: Readonly<Record<string, number>> = {
  "http:": 80,
  "https:": 443,
  "postgres:": 5432,
  "postgresql:": 5432,
  "mysql:": 3306,
  "redis:": 6379,
  "amqp:": 5672,
  "amqps:": 5671,
  "nats:": 4222,
  "mongodb:": 27017,
};

/** Host and port of every address that a text names: URLs and `host:port`. */
export function addressesIn(text: string): { readonly host: string; readonly port: number }[] {
  const found: { host: string; port: number }[] = [];
  for (const [url] of text.matchAll(/[a-z][a-z0-9+.-]*:\/\/[^\s,;"']+/gi)) {
    if (!URL.canParse(url)) continue;
    const { protocol, hostname, port } = new URL(url);
    const number = port === "" ? defaultPorts[protocol] : Number(port);
    if (number !== undefined && hostname !== "")
      found.push({ host: hostname.replace(/^\[|\]$/g, ""), port: number });
  }
  for (const [, host = "", port = ""] of text.matchAll(
    /(?:^|[\s,;=@])([a-z0-9][a-z0-9.-]*):(\d{2,5})(?=$|[\s,;/])/gi,
  )) {
    found.push({ host, port: Number(port) });
  }
  return found;
}
