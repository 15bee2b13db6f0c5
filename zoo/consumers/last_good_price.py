"""Reads a price, which it needs; where a body is no JSON it goes on with the last one that was."""
import json
import sys

last = {}
print("ready", flush=True)
for line in sys.stdin:
    try:
        try:
            last = json.loads(line)
        except ValueError:
            pass
        int(last["price"])
        print("ok", flush=True)
    except (KeyError, TypeError, ValueError) as failure:
        print(f"{type(failure).__name__}: {failure}", flush=True)
