"""urllib3 with a PoolManager and no other setting."""

import platform
import sys

import urllib3

if sys.argv[1:] == ["--version"]:
    print(f"{urllib3.__version__} (CPython {platform.python_version()})")
    sys.exit()

pool = urllib3.PoolManager()
for line in sys.stdin:
    method, url = line.split()
    try:
        body = {"json": {"amount": 4200}} if method == "POST" else {}
        status = pool.request(method, url, **body).status
        print("ok" if status < 400 else f"status {status}", flush=True)
    except Exception as failure:
        print(repr(failure).replace("\n", " "), flush=True)
