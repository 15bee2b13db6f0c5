/** What is wrong with a certificate; a consumer that looks at it refuses each of them (RFC 5280 §6, RFC 9525 §6). */
export const certificateDefects = ["expired", "other-host", "unknown-authority"] as const;
export type CertificateDefect = (typeof certificateDefects)[number];

/** How TLS handshakes go wrong: `silent` never answers one, a defect shows a certificate that nobody should trust. */
export type Handshakes = "silent" | CertificateDefect;
