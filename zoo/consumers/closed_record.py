"""Reads a price into a record that knows its fields by name and takes no other."""
import json
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Price:
    id: str
    price: int


print("ready", flush=True)
for line in sys.stdin:
    try:
        Price(**json.loads(line))
        print("ok", flush=True)
    except (TypeError, ValueError) as failure:
        print(f"{type(failure).__name__}: {failure}", flush=True)
