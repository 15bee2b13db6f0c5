import type { OpenContender } from "../contender.ts";
import { amqpAlone, jetStreamAlone } from "./broker-alone.ts";
import { pipelinedAmqp, pipelinedJetStream, serialAmqp, serialJetStream } from "./by-hand.ts";
import { graphileWorker } from "./graphile-worker.ts";
import { holdfast, holdfastJetStream, holdfastOrdered } from "./holdfast.ts";
import { pgBoss } from "./pg-boss.ts";
import { pgTransactionalOutbox } from "./pg-transactional-outbox.ts";

/** The names of all that is measured. */
export type ContenderName =
  | "holdfast"
  | "holdfast ordered"
  | "broker alone"
  | "amqplib serial"
  | "amqplib pipelined"
  | "pg-boss"
  | "graphile-worker"
  | "pg-transactional-outbox"
  | "holdfast to JetStream"
  | "JetStream alone"
  | "publish() serial"
  | "publish() pipelined";

/** Everything that is measured, by its name. */
export const contenders: Readonly<Record<ContenderName, OpenContender>> = {
  holdfast,
  "holdfast ordered": holdfastOrdered,
  "broker alone": amqpAlone,
  "amqplib serial": serialAmqp,
  "amqplib pipelined": pipelinedAmqp,
  "pg-boss": pgBoss,
  "graphile-worker": graphileWorker,
  "pg-transactional-outbox": pgTransactionalOutbox,
  "holdfast to JetStream": holdfastJetStream,
  "JetStream alone": jetStreamAlone,
  "publish() serial": serialJetStream,
  "publish() pipelined": pipelinedJetStream,
};
