"""Signs in and prints the access token: sign_in.py BASE EMAIL PASSWORD"""

import json
import sys
import urllib.request

base, email, password = sys.argv[1:]
request = urllib.request.Request(
    f"{base}/api/v1/auth/login",
    data=json.dumps({"email": email, "password": password}).encode(),
    headers={"Content-Type": "application/json"},
)
with urllib.request.urlopen(request, timeout=30) as response:
    print(json.load(response)["data"]["access_token"])
