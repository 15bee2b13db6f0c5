"""Never adds up what its attempts and waits take together."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../consumers"))
from read import Client, run


class Mutant(Client):
    deadline = 60.0


run(Mutant())
