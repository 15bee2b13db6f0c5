export type { Arrivals } from "./arrivals.ts";
export { defineFault, type Fault } from "./fault.ts";
export { describeFaults, type FaultDescription, faults } from "./faults/index.ts";
export { type StubOptions, type StubProvider, startStub } from "./http-stub.ts";
export type {
  Armed,
  BlackHoleRecord,
  ConnectionRecord,
  EffectRecord,
  ExchangeRecord,
  FaultProgram,
  FaultSpec,
  HandshakesRecord,
  ProxyProblemRecord,
  ProxyRecord,
  RefusalRecord,
  StoredHeaders,
} from "./model.ts";
export type { ProviderOperation } from "./operation-match.ts";
export { type ReadProgram, readProgram } from "./program.ts";
export { createRedactor, type Redactor } from "./redaction.ts";
export type { StubRequest } from "./stub-answers.ts";
export { type FaultProxy, type FaultProxyOptions, startProxy } from "./tcp-proxy.ts";
export { createTlsIdentity, type TlsIdentity } from "./tcp-tls-identity.ts";
export { namesVersion } from "./version-marker.ts";
