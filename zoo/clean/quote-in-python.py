"""A read in another language, one process per call: `quote.py <address> <id>`; the trace comes in TRACEPARENT."""
import http.client
import json
import os
import random
import secrets
import socket
import sys
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

ATTEMPTS, ATTEMPT_TIMEOUT, DEADLINE = 4, 0.5, 4.0
TRANSIENT = {429, 502, 503, 504}


def exchange(address, call_id, headers, limit):
    """One attempt: every read has only what is left of the limit, so that a dripping body ends in time too."""
    end = time.monotonic() + limit
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=limit)
    try:
        connection.request("GET", f"/v1/prices/{call_id}", headers=headers)
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


def child_of(traceparent):
    """The same trace, a span of its own."""
    parts = traceparent.split("-") if traceparent else []
    trace = parts[1] if len(parts) == 4 else secrets.token_hex(16)
    return trace, f"00-{trace}-{secrets.token_hex(8)}-01"


def main():
    address, call_id = urlsplit(sys.argv[1]), sys.argv[2]
    end = time.monotonic() + DEADLINE
    for attempt in range(1, ATTEMPTS + 1):
        trace, header = child_of(os.environ.get("TRACEPARENT"))
        limit = min(ATTEMPT_TIMEOUT, end - time.monotonic())
        wait = 0.0
        try:
            status, retry_after, answer = exchange(address, call_id, {"traceparent": header}, limit)
            if status < 300:
                print(json.dumps({"event": "call.succeeded", "traceId": trace, "price": answer}))
                return 0
            reason, again, wait = f"status {status}", status in TRANSIENT, asked(retry_after)
        except (OSError, http.client.HTTPException, ValueError) as failure:
            reason, again = type(failure).__name__, True
        print(json.dumps({"event": "attempt.failed", "traceId": trace, "attempt": attempt, "reason": reason}))
        wait = max(wait, 0.1 * 2 ** (attempt - 1) * random.uniform(0.5, 1.0))
        if not again or attempt == ATTEMPTS or time.monotonic() + wait + 0.05 >= end:
            break
        time.sleep(wait)
    print(json.dumps({"event": "call.failed", "traceId": trace, "reason": reason}), file=sys.stderr)
    return 1


sys.exit(main())
