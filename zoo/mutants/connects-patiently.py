"""A socket gets its timeout only once it is connected: connecting may take for ever."""
import http.client
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../consumers"))
from read import Client, run


class Patient(http.client.HTTPConnection):
    def connect(self):
        limit, self.timeout = self.timeout, None
        super().connect()
        self.sock.settimeout(limit)


http.client.HTTPConnection = Patient
run(Client())
