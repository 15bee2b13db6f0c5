import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import type { Contract } from "@holdfast/contract";
import type { Clock } from "@holdfast/core";
import { createTlsIdentity, type TlsIdentity } from "@holdfast/faults";
import type { RunFolder } from "./run-folder.ts";

/** What providers over TLS are known by in this run. */
export interface Trust {
  readonly identity: TlsIdentity;
  /** The variables by which a service comes to trust it, whatever it is written in. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Where runtimes look for authorities: Node takes more beside its own; OpenSSL (Python, Ruby, PHP, Go), requests and curl take these in
 * place of their own, so that the usual ones have to stand beside the run's. Java has no such variable: its services find the file in
 * `HOLDFAST_CA_FILE`, as any other that reads a setting of its own.
 */
const besideOwn = ["NODE_EXTRA_CA_CERTS", "HOLDFAST_CA_FILE"] as const;
const inPlaceOfOwn = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] as const;

/** Makes an authority for the run where an integration asks for TLS; `null` where none does. */
export async function openTrust(options: {
  readonly contract: Contract;
  readonly clock: Clock;
  readonly folder: RunFolder;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Promise<Trust | null> {
  const { contract, clock, folder, environment } = options;
  if (!contract.integrations.some(({ tls }) => tls)) return null;
  const identity = await createTlsIdentity(clock);
  const own = [identity.ca, ...alsoTrusted(environment["NODE_EXTRA_CA_CERTS"])];
  const more = folder.writeAside("authority.pem", own.join("\n"));
  const whole = folder.writeAside("authorities.pem", [...own, ...rootCertificates].join("\n"));
  const variables = [
    ...besideOwn.map((name) => [name, more] as const),
    ...inPlaceOfOwn.map((name) => [name, whole] as const),
  ];
  return { identity, variables: Object.fromEntries(variables) };
}

/** What the service would have been given to trust without us. */
function alsoTrusted(file: string | undefined): readonly string[] {
  try {
    return file === undefined ? [] : [readFileSync(file, "utf8")];
  } catch {
    // Node itself takes a file that cannot be read for none.
    return [];
  }
}
