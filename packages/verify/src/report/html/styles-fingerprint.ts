/** The table of an inferred policy. */
export const fingerprintStyles: string = `.fingerprint+.fingerprint{margin-top:14px}
.fingerprint tbody th{width:180px;font-weight:500;color:var(--soft)}
.fingerprint td{font-variant-numeric:tabular-nums}
.fingerprint .inferred{width:230px}
.fingerprint td:nth-of-type(2){width:220px}
.fingerprint .differs{background:var(--bad-wash)}
.fingerprint .beside{display:flex;align-items:flex-start;gap:8px}
.fingerprint .beside .mark{width:18px;height:18px;margin-top:2px}
.fingerprint .beside .mark svg{width:13px;height:13px}
.fingerprint .open-value,.fingerprint .sample{color:var(--soft)}
@media (max-width:860px){.fingerprint tbody th,.fingerprint td,.fingerprint .inferred,.fingerprint td:nth-of-type(2){width:auto}}
`;
