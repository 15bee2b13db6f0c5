import { declaredPolicy } from "../subject.ts";
import {
  charge,
  chargeModule,
  chargeOverTls,
  keyless,
  oneEffect,
  type PlantedByCheck,
  quote,
  quoteInPython,
  silenceOnly,
} from "./kit.ts";

/** Mutants of the checks on idempotency and on what answers may look like. */
export const effects: PlantedByCheck = {
  "key-present": {
    "no-key": { ...charge, mayFail: keyless },
    "key-in-the-wrong-header": { ...chargeModule, mayFail: keyless },
    "empty-key": { ...charge, mayFail: keyless },
  },
  "key-stable": {
    "key-per-attempt": { ...charge, mayFail: oneEffect },
    "key-with-attempt-number": { ...chargeModule, mayFail: oneEffect },
  },
  "key-unique": {
    "constant-key": { ...charge, mayFail: oneEffect },
    "key-per-payload": { ...chargeModule, mayFail: oneEffect },
  },
  "key-survives-restart": {
    "key-in-memory": charge,
    "key-of-the-process": chargeModule,
    "charges-under-a-random-key": { shape: "exec", operation: "charge" },
  },
  "one-effect-on-lost-reply": {
    "new-key-after-lost-reply": { ...charge, mayFail: ["key-stable", "one-effect-on-late-duplicate"] },
    "no-key-after-lost-reply": {
      ...chargeModule,
      mayFail: ["key-stable", "key-present", "one-effect-on-late-duplicate"],
    },
    "retries-charges-without-key": {
      ...chargeModule,
      declaresKey: false,
      mayFail: ["key-present", "classification", "one-effect-on-late-duplicate"],
    },
  },
  "one-effect-on-late-duplicate": {
    "key-with-the-time": { ...charge, mayFail: ["key-stable", "one-effect-on-lost-reply"] },
    "new-key-after-silence": {
      ...chargeModule,
      policy: { ...declaredPolicy, retry: { ...declaredPolicy.retry, on: silenceOnly } },
      mayFail: ["key-stable", "one-effect-on-lost-reply"],
    },
    "charges-with-new-keys": {
      shape: "exec",
      operation: "charge",
      mayFail: ["key-stable", "one-effect-on-lost-reply"],
    },
  },
  "tolerates-unknown-field": {
    "closed-schema": charge,
    "closed-record-in-python": quote,
    "closed-record-in-java": quote,
    "fields-by-position": charge,
    "exact-content-type": quote,
    "unknown-status-asked-again": { ...charge, as: "advice" },
  },
  "survives-unknown-version": {
    "dies-of-a-new-version": { ...quote, mayFail: ["stays-alive"] },
    "waits-for-a-known-version": quote,
    "new-version-asked-again": { ...quote, as: "advice" },
  },
  "rejects-broken-cleanly": {
    "crashes-on-missing-field": charge,
    "waits-for-a-whole-document": quote,
    "asks-until-it-parses": quote,
    "html-taken-for-success": charge,
    "last-good-price-in-python": quote,
  },
  "rejects-bad-certificate": {
    "takes-any-certificate": chargeOverTls,
    "takes-any-host": { ...quote, tls: true },
    "takes-any-certificate-in-python": { ...quoteInPython, tls: true },
    "asks-for-certificates-again": { ...chargeOverTls, as: "advice" },
  },
};
