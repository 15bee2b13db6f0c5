import type { ExperimentRecord, Observation } from "../../model.ts";
import {
  callRecords,
  experiment,
  type MadeAttempt,
  type MadeCall,
  noise,
  run,
} from "./fixture-observations.ts";

const unavailable = { kind: "status", status: 503 };
const hang = { kind: "hang" };
const lost = { kind: "lost-reply", how: "reset" };

const endless: readonly MadeAttempt[] = Array.from({ length: 48 }, (_, index) => ({
  atMs: 4 + index * 203,
  endMs: 6 + index * 203,
  fault: unavailable,
  status: 503,
}));

/** The made-up calls: a payments integration with the mistakes people really make. */
export const calls: readonly MadeCall[] = [
  {
    id: "c-503-1",
    experiment: "503-forever",
    startedMs: 1_000,
    tookMs: null,
    outcome: "unfinished",
    status: null,
    watchedMs: 10_000,
    attempts: endless,
  },
  {
    id: "c-503-2",
    experiment: "503-forever",
    startedMs: 1_010,
    tookMs: null,
    outcome: "unfinished",
    status: null,
    watchedMs: 10_000,
    attempts: endless,
  },
  {
    id: "c-hang-1",
    experiment: "hang-forever",
    startedMs: 2_000,
    tookMs: null,
    outcome: "unfinished",
    status: null,
    watchedMs: 10_000,
    attempts: [{ atMs: 3.2, endMs: null, fault: hang }],
  },
  {
    id: "c-drip-1",
    experiment: "drip-forever",
    startedMs: 2_500,
    tookMs: 4_020,
    outcome: "failed",
    status: 504,
    error: "deadline exceeded",
    watchedMs: 10_000,
    attempts: [
      { atMs: 3, endMs: null, fault: { kind: "drip", bytes: 1, everyMs: 250 }, status: 201, gaveUpMs: 9_400 },
    ],
  },
  {
    id: "c-lost-1",
    experiment: "lost-reply-reset",
    startedMs: 3_000,
    tookMs: 214,
    outcome: "succeeded",
    status: 201,
    watchedMs: 900,
    attempts: [
      { atMs: 3, endMs: 6.4, fault: lost, effectMs: 5.1 },
      { atMs: 207, endMs: 211, status: 201, effectMs: 209 },
    ],
  },
  {
    id: "c-429-1",
    experiment: "429-retry-after-2",
    startedMs: 4_000,
    tookMs: 215,
    outcome: "succeeded",
    status: 201,
    watchedMs: 2_600,
    attempts: [
      {
        atMs: 3,
        endMs: 5,
        fault: { kind: "status", status: 429, headers: { "retry-after": "2" } },
        status: 429,
      },
      { atMs: 208, endMs: 212, status: 201, effectMs: 210 },
    ],
  },
  {
    id: "c-400-1",
    experiment: "status-400",
    startedMs: 5_000,
    tookMs: 1_021,
    outcome: "failed",
    status: 502,
    error: "provider said 400",
    watchedMs: 1_600,
    attempts: [0, 1, 2, 3, 4].map((index) => ({
      atMs: 4 + index * 203,
      endMs: 6 + index * 203,
      fault: { kind: "status", status: 400 },
      status: 400,
    })),
  },
  {
    id: "c-once-1",
    experiment: "503-once",
    startedMs: 6_000,
    tookMs: 214,
    outcome: "succeeded",
    status: 201,
    watchedMs: 700,
    attempts: [
      { atMs: 3, endMs: 5, fault: unavailable, status: 503 },
      { atMs: 206, endMs: 210, status: 201, effectMs: 208 },
    ],
  },
  {
    id: "c-late-1",
    experiment: "lost-reply-hang",
    startedMs: 7_000,
    tookMs: 804,
    outcome: "failed",
    status: 504,
    error: "gave up after 800 ms",
    watchedMs: 2_200,
    attempts: [
      { atMs: 3, endMs: null, fault: { kind: "lost-reply", how: "hang" }, effectMs: 5, gaveUpMs: 802 },
      { atMs: 1_204, endMs: 1_208, status: 201, effectMs: 1_206, deduplicated: true },
    ],
  },
];

/** What each made-up experiment does and cost. */
export const experiments: readonly ExperimentRecord[] = [
  experiment("healthy", "Passes every exchange.", ["key-present", "key-unique", "id-in-to-out"], null, {
    samples: 12,
    wallMs: 640,
    lowerBoundMs: 480,
  }),
  experiment(
    "503-forever",
    "Answers every attempt with 503.",
    ["bounded", "backs-off", "jitters"],
    unavailable,
    { samples: 12, wallMs: 21_400, lowerBoundMs: 20_000 },
  ),
  experiment(
    "503-once",
    "Answers the first attempt with 503, then passes.",
    ["retries-transient", "key-stable"],
    unavailable,
    { samples: 12, wallMs: 1_240, lowerBoundMs: 900, times: 1 },
  ),
  experiment(
    "hang-forever",
    "Takes every request and never answers.",
    ["deadline", "attempt", "stays-alive"],
    hang,
    { samples: 8, wallMs: 20_900, lowerBoundMs: 20_000 },
  ),
  experiment(
    "drip-forever",
    "Sends one byte of the body every 250 ms.",
    ["deadline", "cancels-on-the-wire"],
    { kind: "drip" },
    { samples: 8, wallMs: 20_700, lowerBoundMs: 20_000 },
  ),
  experiment(
    "lost-reply-reset",
    "Lets the provider execute, then resets the connection.",
    ["one-effect-on-lost-reply", "key-stable"],
    lost,
    { samples: 12, wallMs: 1_500, lowerBoundMs: 1_100, times: 1 },
  ),
  experiment(
    "lost-reply-hang",
    "Lets the provider execute, then never answers.",
    ["one-effect-on-lost-reply"],
    { kind: "lost-reply", how: "hang" },
    { samples: 4, wallMs: 3_100, lowerBoundMs: 2_400, times: 1 },
  ),
  experiment(
    "429-retry-after-2",
    "Answers the first attempt with 429 and Retry-After: 2.",
    ["honours-retry-after", "classification"],
    { kind: "status", status: 429 },
    { samples: 8, wallMs: 3_400, lowerBoundMs: 2_900, times: 1 },
  ),
  experiment(
    "status-400",
    "Answers every attempt with 400.",
    ["classification"],
    { kind: "status", status: 400 },
    { samples: 4, wallMs: 1_900, lowerBoundMs: 1_300 },
  ),
];

/** Everything that was recorded in the made-up run, in order. */
export const observations: readonly Observation[] = [
  run,
  noise,
  ...calls.flatMap((call) => callRecords(call)),
  ...experiments,
];
