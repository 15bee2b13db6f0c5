import { Buffer } from "node:buffer";
import { PrismaPg } from "@prisma/adapter-pg";
import * as runtime from "@prisma/client/runtime/client";
import { servers } from "../servers.ts";

/** These files of Prisma have no declarations, and TypeScript none of WebAssembly without the web's. */
const load = <Module = never>(name: string): Promise<Module> => import(name);
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { readonly Module: new (bytes: Uint8Array) => never };
};

/**
 * What `prisma generate` (7.10.0, generator `prisma-client`) writes for a schema without models, less its types: raw queries and
 * transactions are all that the adapter needs. The generator needs Prisma's command line, which downloads engines when it runs.
 */
const config: runtime.GetPrismaClientConfig = {
  previewFeatures: [],
  clientVersion: "7.10.0",
  engineVersion: "0edf323efd1d98336f3f0a68684b56f689b900d3",
  activeProvider: "postgresql",
  inlineSchema: 'datasource db {\n  provider = "postgresql"\n}\n',
  runtimeDataModel: { models: {}, enums: {}, types: {} },
  parameterizationSchema: { strings: [], graph: "AAAA" },
  compilerWasm: {
    getRuntime: () => load("@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs"),
    getQueryCompilerWasmModule: async () => {
      const { wasm } = await load<{ wasm: string }>(
        "@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs",
      );
      return new WebAssembly.Module(Buffer.from(wasm, "base64"));
    },
    importName: "./query_compiler_fast_bg.js",
  },
};

/** The part of a client of Prisma that tests use. */
export interface TestPrisma {
  $queryRawUnsafe<Result = unknown>(sql: string, ...values: unknown[]): Promise<Result>;
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>;
  $transaction<Result>(run: (tx: Omit<TestPrisma, "$transaction">) => Promise<Result>): Promise<Result>;
  $disconnect(): Promise<void>;
}

/** A real client of Prisma on the PostgreSQL of tests. */
export function prismaClient(): TestPrisma {
  const Client = runtime.getPrismaClient(config) as unknown as new (options: unknown) => TestPrisma;
  return new Client({ adapter: new PrismaPg({ ...servers.postgres }) });
}
