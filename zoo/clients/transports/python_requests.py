"""requests with a Session and no other setting."""

import platform
import sys

import requests
import urllib3

if sys.argv[1:] == ["--version"]:
    print(f"{requests.__version__} (urllib3 {urllib3.__version__}, CPython {platform.python_version()})")
    sys.exit()

session = requests.Session()
for line in sys.stdin:
    method, url = line.split()
    try:
        body = {"amount": 4200} if method == "POST" else None
        session.request(method, url, json=body).raise_for_status()
        print("ok", flush=True)
    except Exception as failure:
        print(repr(failure).replace("\n", " "), flush=True)
