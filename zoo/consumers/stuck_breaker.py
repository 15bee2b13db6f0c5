"""A breaker that answers `ask` with ok or refused, and is told `good` or `bad`: a good probe does not give its place back."""
import sys
import time

WINDOW, MIN_CALLS, FAILURE_RATE, OPEN, PROBES = 10.0, 20, 0.5, 1.0, 2
ended, open_until, probing = [], None, 0


def ask():
    global probing
    if open_until is None:
        return "ok"
    if time.monotonic() < open_until or probing >= PROBES:
        return "refused"
    probing += 1
    return "ok"


def settle(failed):
    global ended, open_until, probing
    now = time.monotonic()
    if open_until is not None and now >= open_until:
        if failed:
            open_until, probing = now + OPEN, 0
        return
    ended = [one for one in ended if one[0] > now - WINDOW] + [(now, failed)]
    failures = sum(1 for _, bad in ended if bad)
    if open_until is None and len(ended) >= MIN_CALLS and failures / len(ended) >= FAILURE_RATE:
        ended, open_until, probing = [], now + OPEN, 0


print("ready", flush=True)
for line in sys.stdin:
    word = line.strip()
    if word == "ask":
        print(ask(), flush=True)
    else:
        settle(word == "bad")
        print("ok", flush=True)
