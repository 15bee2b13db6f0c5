"""Joins the path anew for every attempt and leaves the end of the id out of the later ones."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../consumers"))
from read import Client, run


class Mutant(Client):
    def path(self, call_id, attempt):
        return super().path(call_id if attempt == 1 else call_id[:-1], attempt)


run(Mutant())
