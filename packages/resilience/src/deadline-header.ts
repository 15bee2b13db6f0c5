/** The header in which gRPC tells how long its caller waits: eight digits at most, and a unit. */
export const grpcTimeoutHeader = "grpc-timeout";

/** Envoy's name for the milliseconds that a caller will wait for an answer. */
export const envoyTimeoutHeader = "x-envoy-expected-rq-timeout-ms";

/** The units of gRPC, in milliseconds, from the finest that is used to the coarsest. */
const unitsMs = { n: 1e-6, u: 1e-3, m: 1, S: 1_000, M: 60_000, H: 3_600_000 } as const;
const grpcNotation = /^(\d{1,8})([numSMH])$/;
const grpcDigitsMax = 99_999_999;

/** Fifteen digits of milliseconds are 30,000 years, and still an exact number. */
const msNotation = /^-?\d{1,15}$/;

/**
 * Reads a header that tells how long its caller waits, in ms; what is no such time is `null`, as if it were absent. `grpc-timeout` is
 * read as gRPC writes it, every other one as a whole number of milliseconds, which may be negative: the time was over before.
 */
export function parseDeadlineHeader(name: string, value: string): number | null {
  const text = value.trim();
  if (name.toLowerCase() === grpcTimeoutHeader) return parseGrpcTimeout(text);
  return msNotation.test(text) ? Number(text) : null;
}

/** Writes how long a caller waits for a header of this name; never more than it does, and never nothing. */
export function formatDeadlineHeader(name: string, waitMs: number): string {
  if (name.toLowerCase() === grpcTimeoutHeader) return formatGrpcTimeout(waitMs);
  return String(Math.max(1, Math.floor(waitMs)));
}

function parseGrpcTimeout(text: string): number | null {
  const parts = grpcNotation.exec(text);
  if (parts === null) return null;
  const [, digits = "", unit = "m"] = parts;
  return Number(digits) * unitsMs[unit as keyof typeof unitsMs];
}

/** Milliseconds as long as they have eight digits, which is for a day. */
function formatGrpcTimeout(waitMs: number): string {
  for (const unit of ["m", "S", "M"] as const) {
    const count = Math.max(1, Math.floor(waitMs / unitsMs[unit]));
    if (count <= grpcDigitsMax) return `${count}${unit}`;
  }
  return `${Math.min(grpcDigitsMax, Math.floor(waitMs / unitsMs.H))}H`;
}
