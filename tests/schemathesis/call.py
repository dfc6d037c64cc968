"""Calls the API as somebody, prints the id of what the answer is about, and fails where the answer is another than
expected:

call.py BASE EMAIL PASSWORD STATUS METHOD PATH [BODY]

Without an e-mail address it is called as nobody."""

import json
import sys
import urllib.error
import urllib.request


def call(base, method, path, body=None, token=None):
    """The answer's status and text."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = body.encode() if body else None
    request = urllib.request.Request(f"{base}/api/v1{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


base, email, password, expected, method, path, *rest = sys.argv[1:]
token = None
if email:
    credentials = json.dumps({"email": email, "password": password})
    status, text = call(base, "POST", "/auth/login", credentials)
    if status != 200:
        sys.exit(f"{email} cannot sign in: {text}")
    token = json.loads(text)["data"]["access_token"]
status, text = call(base, method, path, *rest, token=token)
if status != int(expected):
    sys.exit(f"{method} {path} as {email or 'nobody'} gets {status} instead of {expected}: {text}")
data = json.loads(text)["data"]
print(data.get("id", "") if isinstance(data, dict) else "")
