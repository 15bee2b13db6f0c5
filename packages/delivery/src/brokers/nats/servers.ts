import { DeliveryError } from "../../errors.ts";

/** Addresses and credentials, as the client takes them. */
export interface NatsServers {
  readonly servers: string[];
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
}

/** Takes user and password, or a token, out of the addresses: the client does not read them there. All servers share them. */
export function natsServers(given: string | readonly string[]): NatsServers {
  const servers: string[] = [];
  let credentials: Omit<NatsServers, "servers"> = {};
  for (const server of typeof given === "string" ? given.split(",") : given) {
    const found = /^([a-z]+:\/\/)?(?:([^@/]*)@)?(.+)$/.exec(server.trim());
    if (found === null)
      throw new DeliveryError("CONFIGURATION", "servers names a server of NATS that has no address.");
    const [, scheme = "", login, address] = found;
    servers.push(`${scheme}${address}`);
    if (login !== undefined && login !== "") credentials = credentialsOf(login);
  }
  return { servers, ...credentials };
}

function credentialsOf(login: string): Omit<NatsServers, "servers"> {
  const colon = login.indexOf(":");
  if (colon === -1) return { token: decoded(login) };
  return { user: decoded(login.slice(0, colon)), pass: decoded(login.slice(colon + 1)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
