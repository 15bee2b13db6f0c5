import { consumer, correctRead } from "../consumers/base.mjs";

/** What looks drawn is made of the time: the same for all who ask within half a second. */
const drawn = (retry) => {
  const mixed = Math.sin(Math.floor(Date.now() / 500) * 12.9898 + retry * 78.233) * 43758.5453;
  return mixed - Math.floor(mixed);
};

/** Jitter seeded with the time: waits differ from hour to hour, and calls that fail at one moment wait alike. */
export const call = consumer({
  ...correctRead,
  scheduleMs: (retry) => 100 * 2 ** (retry - 1) * (0.5 + 0.5 * drawn(retry)),
});
