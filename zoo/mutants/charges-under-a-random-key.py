"""The key of a charge is random: the command that is given again after a crash has another one."""
import http.client
import json
import os
import sys
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../consumers"))
from read import Client, run

KEY = str(uuid.uuid4())


class Charging(http.client.HTTPConnection):
    def request(self, method, path, headers):
        charge = {"orderId": sys.argv[2], "amount": 4200, "currency": "EUR"}
        own = {"content-type": "application/json", "idempotency-key": KEY}
        super().request("POST", "/v1/charges", json.dumps(charge), {**headers, **own})


http.client.HTTPConnection = Charging
run(Client())
