/** The environment variable that marks every process of a run, grandchildren included. */
const runVariable = "HOLDFAST_RUN";
/** The environment variable that marks every process of one instance. */
export const instanceVariable = "HOLDFAST_INSTANCE";
/** A variable whose name speaks of a secret and whose value is planted, to see whether it comes out in a log. */
export const canaryVariable = "HOLDFAST_CANARY_SECRET";

/** Which processes are meant: all of a run, or those of one of its instances. */
export interface Marker {
  readonly run: string;
  readonly instance: string | null;
}

/** The variables that put a marker on a process and on all that it starts. */
export function markerVariables(marker: Marker): Record<string, string> {
  return marker.instance === null
    ? { [runVariable]: marker.run }
    : { [runVariable]: marker.run, [instanceVariable]: marker.instance };
}

/** Whether an environment, as `NAME=value` texts, carries the marker. */
export function carries(environment: readonly string[], marker: Marker): boolean {
  return Object.entries(markerVariables(marker)).every(([name, value]) =>
    environment.includes(`${name}=${value}`),
  );
}
