/**
 * A message on its way: CloudEvents 1.0 attributes and the bytes of its data. The id is minted in the producer's transaction and never
 * changes: not by the relay, a redelivery or a redrive.
 */
export interface Envelope {
  /** UUID, version 7 by default. */
  readonly id: string;
  /** Where it comes from: CloudEvents `source`, a URI reference. */
  readonly source: string;
  /** The message's name: CloudEvents `type`. */
  readonly type: string;
  /** When its row was written, by the database's clock, in milliseconds since 1970 UTC: CloudEvents `time`. */
  readonly timeMs: number;
  /** What it is about: CloudEvents `subject`, and `partitionkey`. */
  readonly key: string | null;
  /** Its place among the messages of its key, from 1 without gaps; null where the message is not ordered: CloudEvents `sequence`. */
  readonly seq: number | null;
  /** CloudEvents `datacontenttype`. */
  readonly contentType: string;
  /**
   * Extension attributes: `traceparent`, `tracestate`, `baggage`, `correlationid`, `causationid`, `dataschema`, and the producer's own. Names are
   * lower-case letters, digits and hyphens.
   */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Names of headers that Holdfast itself sets. */
export const baggageHeader = "baggage";
export const correlationHeader = "correlationid";
export const causationHeader = "causationid";
export const schemaHeader = "dataschema";
/** How often the message was taken back out of the dead letters, and by which redrive. */
export const redriveHeader = "redriveid";
