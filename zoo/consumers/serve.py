"""A small service in Python around the client that reads prices: POST /orders makes one call; PORT and PAYMENTS_URL say where.

GET /prices/ID makes one of the provider at PRICES_URL. A thread for each connection, as `ThreadingHTTPServer` does it; with
`--one-at-a-time` none, as `HTTPServer` does it; with `--workers` eight for all connections.
"""
import concurrent.futures
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from urllib.parse import urlsplit

sys.dont_write_bytecode = True
from read import Client


class Metrics:
    """How calls ended, by provider; all series are there from the start, so that the first failure is growth."""

    def __init__(self):
        providers = ["payments"] + (["prices"] if "PRICES_URL" in os.environ else [])
        self.ended = {provider: {"ok": 0, "error": 0} for provider in providers}
        self.lock = threading.Lock()

    def count(self, provider, failed):
        with self.lock:
            self.ended[provider]["error" if failed else "ok"] += 1

    def exposition(self):
        families = []
        for provider, outcomes in self.ended.items():
            families.append(f"# TYPE {provider}_calls_total counter\n")
            families += [f'{provider}_calls_total{{outcome="{how}"}} {count}\n' for how, count in outcomes.items()]
        return "".join(families)


metrics = Metrics()


class Served(Client):
    """The client inside the service: its trace comes in with the request."""

    def __init__(self, traceparent, provider="payments"):
        self.traceparent, self.provider = traceparent, provider

    def trace_id(self, traceparent):
        return super().trace_id(self.traceparent)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    whole_request = 8.0

    def setup(self):
        """Every read has only what is left of the request's time."""
        super().setup()
        self.rfile = Timed(self.connection, self.whole_request)

    def do_GET(self):
        if self.path == "/metrics":
            return self.send(200, "text/plain; version=0.0.4", metrics.exposition())
        if not self.path.startswith("/prices/"):
            return self.answer(200, {"status": "ok"})
        price = self.path.removeprefix("/prices/")
        failed = Served(self.headers["traceparent"], "prices").call(urlsplit(os.environ["PRICES_URL"]), price)
        metrics.count("prices", failed)
        self.answer(502 if failed else 200, {"id": price})

    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers["content-length"])))
        failed = Served(self.headers["traceparent"]).call(urlsplit(os.environ["PAYMENTS_URL"]), order["id"])
        metrics.count("payments", failed)
        self.answer(502 if failed else 201, {"id": order["id"]})

    def answer(self, status, document):
        self.send(status, "application/json", json.dumps(document))

    def send(self, status, kind, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_):
        pass


class Timed:
    """What comes from a connection, for so many seconds in all."""

    def __init__(self, connection, seconds):
        self.connection, self.end, self.kept = connection, time.monotonic() + seconds, b""

    def more(self):
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request took too long")
        self.connection.settimeout(left)
        came = self.connection.recv(65536)
        self.connection.settimeout(None)
        self.kept += came
        return came != b""

    def take(self, count):
        taken, self.kept = self.kept[:count], self.kept[count:]
        return taken

    def readline(self, limit=65537):
        while b"\n" not in self.kept and len(self.kept) < limit and self.more():
            pass
        at = self.kept.find(b"\n")
        return self.take(limit if at < 0 else min(limit, at + 1))

    def read(self, count):
        while len(self.kept) < count and self.more():
            pass
        return self.take(count)

    def close(self):
        pass


class Service(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, *_):
        """The caller went away, or was sent away."""


class OneAtATime(HTTPServer):
    request_queue_size = 128

    def handle_error(self, *_):
        """The caller went away, or was sent away."""


class FewWorkers(Service):
    workers = concurrent.futures.ThreadPoolExecutor(8)

    def process_request(self, request, client_address):
        self.workers.submit(self.process_request_thread, request, client_address)


chosen = {"--one-at-a-time": OneAtATime, "--workers": FewWorkers}
server = next((kind for word, kind in chosen.items() if word in sys.argv), Service)
server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
