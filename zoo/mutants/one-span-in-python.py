"""Starts its span around the retries: every attempt carries the same one."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../consumers"))
from read import Client, run


class Mutant(Client):
    span = None

    def headers(self, trace, attempt, left):
        self.span = self.span or super().headers(trace, attempt, left)
        return self.span


run(Mutant())
