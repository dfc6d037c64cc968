"""Prints the document that a server serves, without some paths: without.py BASE PATH...

Leaving them out on Schemathesis's command line is not enough: it tries everything that the document has once."""

import json
import sys
import urllib.request

base, *left_out = sys.argv[1:]
with urllib.request.urlopen(f"{base}/openapi.json", timeout=30) as response:
    document = json.load(response)
for path in left_out:
    del document["paths"][path]
json.dump(document, sys.stdout)
