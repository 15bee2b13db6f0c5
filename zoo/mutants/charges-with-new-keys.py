"""The key of a charge is made where the request is sent: every attempt has one of its own."""
import http.client
import json
import os
import sys
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../consumers"))
from read import Client, run


class Charging(http.client.HTTPConnection):
    def request(self, method, path, headers):
        charge = {"orderId": sys.argv[2], "amount": 4200, "currency": "EUR"}
        own = {"content-type": "application/json", "idempotency-key": str(uuid.uuid4())}
        super().request("POST", "/v1/charges", json.dumps(charge), {**headers, **own})


http.client.HTTPConnection = Charging
run(Client())
