export { type ReadBaseline, readBaseline } from "./baseline.ts";
export { contractSchema } from "./contract-schema.ts";
export { describeProblem } from "./describe-problem.ts";
export { type ContractEdit, editContract } from "./edit-contract.ts";
export { type Environment, secretName } from "./environment.ts";
export type {
  Acceptance,
  Answer,
  Contract,
  ContractProblem,
  EffectProbe,
  ExecAct,
  HttpAct,
  HttpIntegration,
  ModuleAct,
  NamedFile,
  NotBuilt,
  Operation,
  OperationsFiles,
  PassThrough,
  Place,
  RequestPattern,
  Scenario,
  Serves,
  Service,
  Slo,
  Warning,
} from "./model.ts";
export type { Files } from "./operations-files.ts";
export type { Places } from "./place.ts";
export { type ContractText, formatPath, type ReadContract, readContract } from "./read-contract.ts";
export { serviceFields } from "./shapes/service.ts";
export { parseSource, type Source } from "./source.ts";
export { type StarterOptions, starter } from "./starter.ts";
export { baselineName, type LoadOptions, loadBaseline, loadContract } from "./system-read-contract.ts";
export { escapeTemplates, render, templatesOf } from "./templates.ts";
