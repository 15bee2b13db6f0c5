"""The read in Python over TLS: `ssl` takes the authorities that SSL_CERT_FILE names, and looks at certificates by default."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../consumers"))
from read import Client, run

run(Client())
