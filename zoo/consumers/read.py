"""A small client in Python that reads prices and does everything right, one process per call: `<address> <id>` are its arguments.

Each behaviour is a method of `Client`, so that a mutant of the zoo is this client with one of them replaced.
"""
import functools
import http.client
import json
import os
import random
import secrets
import socket
import ssl
import sys
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit


class Client:
    attempts, attempt_timeout, deadline = 4, 0.5, 4.0
    transient = {429, 502, 503, 504}
    provider = "payments"
    # One retry budget for the process: each retry takes a token, each success brings half of one back.
    tokens = 60.0

    def may_retry(self):
        """Whether the budget allows one more retry; if so, it is taken."""
        if Client.tokens < 1:
            return False
        Client.tokens -= 1
        return True

    def headers(self, trace, attempt, left):
        """What an attempt is sent with: the same trace, a span of its own."""
        return {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}

    def trace_id(self, traceparent):
        """The trace that the call came in with, else a new one."""
        parts = traceparent.split("-") if traceparent else []
        return parts[1] if is_valid(parts) else secrets.token_hex(16)

    def after_silence(self, attempt):
        """Whether an attempt that got no answer in time is made again."""
        return True

    def path(self, call_id, attempt):
        return f"/v1/prices/{call_id}"

    def call(self, address, call_id):
        """One call: 0 when it succeeds."""
        start = time.monotonic()
        end = start + self.deadline
        trace = self.trace_id(os.environ.get("TRACEPARENT"))
        for attempt in range(1, self.attempts + 1):
            left = end - time.monotonic()
            wait = 0.0
            try:
                headers = self.headers(trace, attempt, left)
                limit = min(self.attempt_timeout, left)
                status, retry_after, answer = exchange(address, self.path(call_id, attempt), headers, limit)
                if status < 300:
                    Client.tokens = min(60.0, Client.tokens + 0.5)
                    print(json.dumps({"event": "call.succeeded", "traceId": trace, "price": answer}))
                    return 0
                reason, again, wait = f"status {status}", status in self.transient, asked(retry_after)
            except socket.timeout as failure:
                reason, again = type(failure).__name__, self.after_silence(attempt)
            except ssl.SSLCertVerificationError as failure:
                # It does not get better by asking again.
                reason, again = type(failure).__name__, False
            except (OSError, http.client.HTTPException, ValueError) as failure:
                reason, again = type(failure).__name__, True
            told = {"traceId": trace, "provider": self.provider, "operation": "quote", "attempt": attempt, "of": self.attempts}
            told |= {"elapsed_ms": round(1000 * (time.monotonic() - start)), "reason": reason}
            print(json.dumps({"event": "attempt.failed", **told}))
            wait = max(wait, 0.1 * 2 ** (attempt - 1) * random.uniform(0.5, 1.0))
            if not again or attempt == self.attempts or time.monotonic() + wait + 0.05 >= end or not self.may_retry():
                break
            time.sleep(wait)
        print(json.dumps({"event": "call.failed", **told}), file=sys.stderr)
        return 1


@functools.cache
def trust():
    """Whom to trust, read once: OpenSSL takes a good part of a second for all usual authorities."""
    return ssl.create_default_context()


def exchange(address, path, headers, limit):
    """One attempt: every read has only what is left of the limit, so that a dripping body ends in time too."""
    end = time.monotonic() + limit
    if address.scheme == "https":
        connection = http.client.HTTPSConnection(address.hostname, address.port, timeout=limit, context=trust())
    else:
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=limit)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = b""
        while True:
            left = end - time.monotonic()
            if left <= 0:
                raise socket.timeout("no answer in time")
            if connection.sock is not None:
                connection.sock.settimeout(left)
            chunk = answer.read1(65536)
            if not chunk:
                break
            body += chunk
        return answer.status, answer.getheader("retry-after"), json.loads(body) if answer.status < 300 else None
    finally:
        connection.close()


def asked(retry_after):
    """Seconds that the provider asked to wait."""
    if not retry_after:
        return 0.0
    if retry_after.isdigit():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0


def is_valid(parts):
    """Whether these are the four fields of a traceparent, ids of zeros excluded."""
    fields = [len(part) for part in parts] == [2, 32, 16, 2]
    return fields and all(set(part) <= set("0123456789abcdef") for part in parts) and int(parts[1], 16) and int(parts[2], 16)


def run(client):
    """Makes the call of the command line and ends the process with what came of it."""
    sys.exit(client.call(urlsplit(sys.argv[1]), sys.argv[2]))
