/** Bins per doubling: from the middle of a bin to its edges it is 2^(1/8), so that a quantile is off by 9 % at most. */
const binsPerDoubling = 4;
/** The first bin holds everything up to this. */
const leastMs = 0.25;
/** 0.25 ms · 2^(127/4) ≈ 10 days. */
const bins = 128;

/** Durations in logarithmic bins: recording one writes one number and allocates nothing. */
export class Histogram {
  private readonly counts: Float64Array = new Float64Array(bins);
  private total = 0;

  /** How many were recorded. */
  get count(): number {
    return this.total;
  }

  record(durationMs: number): void {
    this.total++;
    const index = durationMs > leastMs ? Math.ceil(Math.log2(durationMs / leastMs) * binsPerDoubling) : 0;
    const bin = index < bins ? index : bins - 1;
    this.counts[bin] = (this.counts[bin] ?? 0) + 1;
  }

  /** Takes over all that another has recorded. */
  add(other: Histogram): void {
    this.total += other.total;
    for (let bin = 0; bin < bins; bin++)
      this.counts[bin] = (this.counts[bin] ?? 0) + (other.counts[bin] ?? 0);
  }

  /**
   * The duration below which the share `quantile` (0 to 1) lies, as the middle of its bin, in ms; 0 when nothing was recorded. What is
   * shorter than 0.25 ms is told as that.
   */
  quantile(quantile: number): number {
    const wanted = Math.max(1, Math.ceil(quantile * this.total));
    let seen = 0;
    for (let bin = 0; bin < bins; bin++) {
      seen += this.counts[bin] ?? 0;
      if (seen >= wanted) return bin === 0 ? leastMs : edgeMs(bin - 0.5);
    }
    return 0;
  }

  /** The upper edges of the bins that are not empty, in ms, with their counts. */
  buckets(): readonly { readonly upToMs: number; readonly count: number }[] {
    const all: { upToMs: number; count: number }[] = [];
    for (let bin = 0; bin < bins; bin++) {
      const count = this.counts[bin] ?? 0;
      if (count > 0) all.push({ upToMs: edgeMs(bin), count });
    }
    return all;
  }
}

function edgeMs(bin: number): number {
  return leastMs * 2 ** (bin / binsPerDoubling);
}
