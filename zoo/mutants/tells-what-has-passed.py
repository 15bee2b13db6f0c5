"""Adds what has passed to its deadline instead of subtracting it: each attempt tells of more time than the one before."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../consumers"))
from read import Client, run


class Mutant(Client):
    def headers(self, trace, attempt, left):
        passed = self.deadline - left
        told = str(int((self.deadline + passed) * 1000))
        return super().headers(trace, attempt, left) | {"x-envoy-expected-rq-timeout-ms": told}


run(Mutant())
