"""Sends no traceparent where the call brought none, or one that cannot be read."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../consumers"))
from read import Client, run


class Mutant(Client):
    def headers(self, trace, attempt, left):
        given = os.environ.get("TRACEPARENT", "")
        return super().headers(trace, attempt, left) if trace in given else {}


run(Mutant())
