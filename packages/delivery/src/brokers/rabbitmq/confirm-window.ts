/** Messages that were sent on a channel and not confirmed yet, by delivery tag: confirms may come for many at once and out of order. */
export interface ConfirmWindow<Sent> {
  readonly size: number;
  /** The tags count from 1 as the server counts them. */
  add(sent: Sent): void;
  /** Takes out what a confirm or refusal is about, in the order in which it was sent. */
  settle(tag: number, multiple: boolean): readonly Sent[];
  /** The first one for which `is` holds. */
  find(is: (sent: Sent) => boolean): Sent | undefined;
  /** Takes out the oldest ones as long as `is` holds. */
  takeWhile(is: (sent: Sent) => boolean): readonly Sent[];
  /** Takes out all. */
  drain(): readonly Sent[];
}

/** A window of a fresh channel. */
export function createConfirmWindow<Sent>(): ConfirmWindow<Sent> {
  const sent = new Map<number, Sent>();
  let last = 0;

  const takeWhile = (is: (one: Sent, tag: number) => boolean): readonly Sent[] => {
    const taken: Sent[] = [];
    for (const [tag, one] of sent) {
      if (!is(one, tag)) break;
      sent.delete(tag);
      taken.push(one);
    }
    return taken;
  };

  return {
    get size() {
      return sent.size;
    },
    add(one) {
      sent.set(++last, one);
    },
    settle(tag, multiple) {
      if (multiple) return takeWhile((_, at) => at <= tag);
      const one = sent.get(tag);
      if (one === undefined) return [];
      sent.delete(tag);
      return [one];
    },
    find(is) {
      for (const one of sent.values()) if (is(one)) return one;
      return undefined;
    },
    takeWhile: (is) => takeWhile(is),
    drain: () => takeWhile(() => true),
  };
}
