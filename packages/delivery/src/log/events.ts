/** What the reader of the log reports. */
export type LogEvent =
  /** This relay reads the log from now on. `crashes` readers before it vanished without having got any further. */
  | { readonly type: "log.taken"; readonly crashes: number }
  /** Messages of the log go on in the queue: they failed, or their route does not go while others do. */
  | { readonly type: "log.put-aside"; readonly messages: number }
  /** Tables of the log that were read to their end were emptied. */
  | { readonly type: "log.emptied"; readonly tables: number }
  /** The log came from another server by a dump: all of it was moved into the queue, and what had been sent already is sent again. */
  | { readonly type: "log.restored" };
