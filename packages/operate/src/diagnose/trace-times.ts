import type { Span } from "./otlp.ts";
import { kinds, skewMs, type TraceIndex } from "./trace-index.ts";

/** A gap that is told: longer than this, and more than this share of its span. */
const gapMsMin = 1_000;
const gapShareMin = 0.5;

/** Spans that begin before what they follow from: their parent, or what they link to. */
export function beforeTheirCause({ spans, at, parentOf }: TraceIndex): readonly Span[] {
  return spans.filter((span) => {
    const causes = [parentOf(span), ...span.links.map((link) => at.get(link)?.[0])];
    return causes.some((cause) => cause !== undefined && span.fromMs + skewMs < cause.fromMs);
  });
}

/**
 * Spans with a long stretch that no child of theirs covers. Spans without children tell nothing of what happens inside, and nothing is
 * asked of them; a client that waits is explained by its own name.
 */
export function unexplained(index: TraceIndex): readonly Span[] {
  return index.spans.filter((span) => {
    if (span.kind === kinds.client || span.kind === kinds.producer) return false;
    const gapMs = longestGapMs(span, index.childrenOf(span));
    return gapMs >= gapMsMin && gapMs > (span.toMs - span.fromMs) * gapShareMin;
  });
}

function longestGapMs(span: Span, children: readonly Span[]): number {
  if (children.length === 0) return 0;
  let coveredToMs = span.fromMs;
  let longest = 0;
  for (const child of children.toSorted((a, b) => a.fromMs - b.fromMs)) {
    longest = Math.max(longest, Math.min(child.fromMs, span.toMs) - coveredToMs);
    coveredToMs = Math.max(coveredToMs, child.toMs);
  }
  return Math.max(longest, span.toMs - coveredToMs);
}
