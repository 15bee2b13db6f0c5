"""A read in another language, one process per call: `quote.py <address> <id>`; the trace comes in TRACEPARENT."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../consumers"))
from read import Client, run

run(Client())
