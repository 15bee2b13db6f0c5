import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { Clock } from "@holdfast/core";
import type { CertificateDefect } from "./handshakes.ts";

/** A certificate and its key, both PEM. */
export interface ServedCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority for one run, and what it vouches for: this machine's loopback addresses, and nothing else. */
export interface TlsIdentity {
  /** The authority's certificate, PEM: what a consumer has to trust. Its key never leaves this process. */
  readonly ca: string;
  /** What a proxy shows: a certificate that holds for 127.0.0.1, ::1 and localhost, or one with a defect. */
  certificate(which: "valid" | CertificateDefect): ServedCertificate;
}

const dayMs = 86_400_000;
const validForMs = 8 * dayMs;
const authority = "Holdfast, one run";

/** Makes an authority that is valid from a day before now, on the wall clock, to a week after. */
export async function createTlsIdentity(clock: Pick<Clock, "wall">): Promise<TlsIdentity> {
  const [make, own, served] = await Promise.all([certificateMaker(), rsaKeys(), rsaKeys()]);
  const untilMs = clock.wall() + 7 * dayMs;
  const leaf = {
    subject: "localhost",
    issuer: authority,
    of: served,
    by: own,
    untilMs,
    extensions: leafFor([
      { type: 7, ip: "127.0.0.1" },
      { type: 7, ip: "::1" },
      { type: 2, value: "localhost" },
    ]),
  };
  // All at once: to make one takes longer than a handshake may be held up.
  const certificates: Record<"valid" | CertificateDefect, string> = {
    valid: make(leaf),
    expired: make({ ...leaf, untilMs: clock.wall() - dayMs }),
    "other-host": make({ ...leaf, extensions: leafFor([{ type: 2, value: "elsewhere.invalid" }]) }),
    "unknown-authority": make({ ...leaf, issuer: "An authority that nobody knows", by: served }),
  };
  return {
    ca: make({ subject: authority, issuer: authority, of: own, by: own, untilMs, extensions: ofAuthority }),
    certificate: (which) => ({ cert: certificates[which], key: served.privateKey }),
  };
}

const ofAuthority = [
  { name: "basicConstraints", cA: true, critical: true },
  { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
  { name: "subjectKeyIdentifier" },
];

/** Subject alternative names are numbered as in RFC 5280 §4.2.1.6: 2 a host, 7 an address. */
function leafFor(altNames: readonly object[]): readonly object[] {
  return [
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectAltName", altNames },
  ];
}

/** RSA of 2048 bits: what every TLS library of the last twenty years takes. PEM. */
async function rsaKeys(): Promise<Keys> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return {
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

interface Keys {
  readonly publicKey: string;
  readonly privateKey: string;
}

interface CertificateOptions {
  readonly subject: string;
  readonly issuer: string;
  /** Whose key it vouches for. */
  readonly of: Keys;
  /** Whose key signs it. */
  readonly by: Keys;
  readonly untilMs: number;
  readonly extensions: readonly object[];
}

/** Makes certificates, PEM. Node reads and checks them but makes none; the library is loaded only where TLS is asked for. */
async function certificateMaker(): Promise<(options: CertificateOptions) => string> {
  const { default: forge } = await import("node-forge");
  let serial = 0;
  return ({ subject, issuer, of, by, untilMs, extensions }) => {
    const certificate = forge.pki.createCertificate();
    serial += 1;
    certificate.serialNumber = `01${(untilMs + serial).toString(16).padStart(14, "0")}`;
    certificate.publicKey = forge.pki.publicKeyFromPem(of.publicKey);
    certificate.validity.notBefore = new Date(untilMs - validForMs);
    certificate.validity.notAfter = new Date(untilMs);
    certificate.setSubject([{ name: "commonName", value: subject }]);
    certificate.setIssuer([{ name: "commonName", value: issuer }]);
    certificate.setExtensions([...extensions]);
    certificate.sign(forge.pki.privateKeyFromPem(by.privateKey), forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };
}
