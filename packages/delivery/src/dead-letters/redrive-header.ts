import { type Envelope, redriveHeader } from "../envelope.ts";

/** What the header says of a message that was taken out of the dead letters. */
export interface Redriven {
  /** How often, so far. */
  readonly redrives: number;
  /** The id of the last redrive; null where the header came from somebody else and cannot be read. */
  readonly redriveId: string | null;
}

const pattern = /^(\d{1,6})\.([0-9a-f-]{36})$/;

/** Reads the header `redriveid`, `COUNT.ID`: it travels with the message, so that a loop is seen wherever the message dies again. */
export function redrivenOf(headers: Envelope["headers"]): Redriven {
  const value = headers[redriveHeader];
  if (value === undefined) return { redrives: 0, redriveId: null };
  const [, count, id] = pattern.exec(value) ?? [];
  if (count === undefined || id === undefined) return { redrives: 1, redriveId: null };
  return { redrives: Number(count), redriveId: id };
}

/** The headers of a message that is redriven for the `redrives`-th time. */
export function redrivenHeaders(
  headers: Envelope["headers"],
  { redrives, redriveId }: { readonly redrives: number; readonly redriveId: string },
): Envelope["headers"] {
  return { ...headers, [redriveHeader]: `${redrives}.${redriveId}` };
}
